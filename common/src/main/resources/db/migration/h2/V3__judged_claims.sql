-- Claims of Heratio's that were looked at and not taken. Every statement can be repeated.
create table if not exists offsite_judged (
  -- of the public table
  row_id bigint not null primary key,
  -- hash of where the destination was then
  place varchar(64) not null,
  -- hash of what the row said then
  fingerprint varchar(64) not null
);
