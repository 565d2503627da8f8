-- Shipped copies whose bytes could not be read back at the last try: whether they are still right is not known. Every statement can be
-- repeated.
create table if not exists offsite_doubt (
  copy_id bigint not null primary key,
  -- the first failure since the last proof, epoch milliseconds
  since_at bigint not null,
  -- the last one
  last_at bigint not null,
  failures int not null,
  code varchar(64) not null,
  reason text not null
) character set utf8mb4 collate utf8mb4_bin;
