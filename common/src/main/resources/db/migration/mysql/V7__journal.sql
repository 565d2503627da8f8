-- What happened to each archive: written by each transition, within its own transaction. Every statement can be repeated.
create table if not exists offsite_journal (
  id bigint not null auto_increment primary key,
  -- epoch milliseconds
  noted_at bigint not null,
  -- empty for what is about no single archive
  path text not null,
  path_hash varchar(64) not null,
  -- 0 where there is none
  version_id bigint not null,
  copy_id bigint not null,
  driver varchar(32) not null,
  kind varchar(16) not null,
  actor varchar(255) not null,
  code varchar(64),
  detail text,
  index offsite_journal_path (path_hash, id),
  index offsite_journal_time (noted_at)
) character set utf8mb4 collate utf8mb4_bin;
