-- What the notifier knows and has to send. How far it has read the journal is in offsite_meta. Every statement can be repeated.
-- All times are epoch milliseconds.
create table if not exists offsite_incident (
  -- kind, destination and code: facts that share them are told together
  name varchar(128) not null primary key,
  kind varchar(32) not null,
  driver varchar(32) not null,
  code varchar(64) not null,
  since_at bigint not null,
  last_at bigint not null,
  facts bigint not null,
  path text not null,
  detail text not null,
  -- 0 before it was told for the first time
  told_at bigint not null,
  told_facts bigint not null
) character set utf8mb4 collate utf8mb4_bin;
create table if not exists offsite_notice (
  id bigint not null auto_increment primary key,
  -- the same for each attempt, and for each channel
  message varchar(64) not null,
  channel varchar(16) not null,
  -- empty for what is about no incident
  incident varchar(128) not null,
  body text not null,
  made_at bigint not null,
  due_at bigint not null,
  attempts int not null
) character set utf8mb4 collate utf8mb4_bin;
create table if not exists offsite_channel (
  name varchar(16) not null primary key,
  -- 0 for never
  delivered_at bigint not null,
  -- 0 while it works
  failing_since bigint not null,
  error text
) character set utf8mb4 collate utf8mb4_bin;
