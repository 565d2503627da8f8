-- Our own tables, on MariaDB and MySQL; binary collation, since a.zip and A.zip are two archives. Every statement can be repeated:
-- each is committed by itself, and a start may be killed between two.

-- a few facts about this ledger itself
create table if not exists offsite_meta (
  name varchar(64) not null primary key,
  val varchar(255) not null
) character set utf8mb4 collate utf8mb4_bin;

-- one version of an archive: a path with one size and one modification time
create table if not exists offsite_version (
  id bigint not null auto_increment primary key,
  path text not null,
  -- hex SHA-256 of the path: paths are longer than an index key may be
  path_hash varchar(64) not null,
  relative_path text not null,
  size_bytes bigint not null,
  mtime_nanos bigint not null,
  -- orders the versions of a path; raised when an older one comes back
  newest_at bigint not null,
  state varchar(16) not null,
  sha256 varchar(64),
  remote_name text not null,
  -- hash of the remote name while it is taken, null once it is free
  remote_name_hash varchar(64),
  plain smallint not null,
  overwrites smallint not null,
  landed_at bigint not null,
  settled_at bigint not null,
  due_at bigint,
  error_code varchar(64),
  error text,
  unique index offsite_version_file (path_hash, size_bytes, mtime_nanos),
  unique index offsite_version_name (remote_name_hash),
  index offsite_version_state (state, due_at),
  index offsite_version_newest (path_hash, newest_at)
) character set utf8mb4 collate utf8mb4_bin;

-- the bytes to ship for a version, while they are needed
create table if not exists offsite_payload (
  id bigint not null auto_increment primary key,
  version_id bigint not null,
  spool_file varchar(255) not null,
  sha256 varchar(64) not null,
  size_bytes bigint not null,
  encrypted smallint not null,
  -- tells passphrases apart, and is no secret
  key_id varchar(32),
  unique index offsite_payload_version (version_id),
  index offsite_payload_file (spool_file)
) character set utf8mb4 collate utf8mb4_bin;

-- a version at a destination
create table if not exists offsite_copy (
  id bigint not null auto_increment primary key,
  version_id bigint not null,
  driver varchar(32) not null,
  state varchar(16) not null,
  remote_path text not null,
  remote_path_hash varchar(64),
  sha256 varchar(64),
  size_bytes bigint not null,
  encrypted smallint not null,
  key_id varchar(32),
  -- 1: Heratio says that it shipped it, and nobody has proved it yet
  claimed smallint not null default 0,
  repairs int not null,
  -- what the next put makes of it, noted before the first byte; what stands above is what lies there until it is through
  intended_path text,
  intended_path_hash varchar(64),
  intended_sha256 varchar(64),
  intended_encrypted smallint,
  replicated_at bigint,
  proved_at bigint,
  due_at bigint,
  error_code varchar(64),
  error text,
  unique index offsite_copy_version (version_id, driver),
  index offsite_copy_state (state, due_at),
  index offsite_copy_remote (driver, remote_path_hash),
  index offsite_copy_intended (driver, intended_path_hash)
) character set utf8mb4 collate utf8mb4_bin;

-- the latest proof of each kind for a copy ('bytes': read back and hashed)
create table if not exists offsite_proof (
  copy_id bigint not null,
  kind varchar(16) not null,
  sha256 varchar(64) not null,
  proved_at bigint not null,
  primary key (copy_id, kind)
) character set utf8mb4 collate utf8mb4_bin;

-- archives without a row in the public table, whose collation takes their path for that of another one
create table if not exists offsite_twin (
  path_hash varchar(64) not null,
  driver varchar(32) not null,
  path text not null,
  shown_path text not null,
  shown_path_hash varchar(64) not null,
  primary key (path_hash, driver),
  index offsite_twin_shown (shown_path_hash, driver)
) character set utf8mb4 collate utf8mb4_bin;

-- failed attempts, the last few of each subject ('version:12', 'copy:3')
create table if not exists offsite_attempt (
  id bigint not null auto_increment primary key,
  subject varchar(64) not null,
  stage varchar(32) not null,
  attempt int not null,
  code varchar(64) not null,
  reason text not null,
  hint text,
  noted_at bigint not null,
  due_at bigint,
  index offsite_attempt_subject (subject, id)
) character set utf8mb4 collate utf8mb4_bin;

-- who works on what
create table if not exists offsite_lease (
  thing varchar(128) not null primary key,
  owner varchar(255) not null,
  token varchar(64) not null,
  expires_at bigint not null,
  index offsite_lease_owner (owner)
) character set utf8mb4 collate utf8mb4_bin;

-- what a command asked for, and what became of it
create table if not exists offsite_request (
  request_id varchar(64) not null primary key,
  kind varchar(32) not null,
  opened_at bigint not null,
  scanned smallint not null,
  found_count int not null,
  skipped_count int not null
) character set utf8mb4 collate utf8mb4_bin;

create table if not exists offsite_request_item (
  id bigint not null auto_increment primary key,
  request_id varchar(64) not null,
  path text not null,
  path_hash varchar(64) not null,
  driver varchar(32) not null,
  -- 0 while the archive is being written
  version_id bigint not null,
  checked_at bigint,
  outcome varchar(32),
  error text,
  unique index offsite_request_item_key (request_id, path_hash, driver, version_id),
  index offsite_request_item_version (version_id, driver)
) character set utf8mb4 collate utf8mb4_bin;
