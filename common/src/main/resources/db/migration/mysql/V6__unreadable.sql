-- Places in a backup directory that its last scan could not look at, and how many there are. Every statement can be repeated.
create table if not exists offsite_unreadable (
  -- hex SHA-256 of the backup directory and of the path: paths are longer than an index key may be
  root_hash varchar(64) not null,
  path_hash varchar(64) not null,
  path text not null,
  reason text not null,
  hint text,
  since_at bigint not null,
  primary key (root_hash, path_hash)
) character set utf8mb4 collate utf8mb4_bin;
create table if not exists offsite_unreadable_total (
  root_hash varchar(64) not null primary key,
  total bigint not null,
  seen_at bigint not null
) character set utf8mb4 collate utf8mb4_bin;
