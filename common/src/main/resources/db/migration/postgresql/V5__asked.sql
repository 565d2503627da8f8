-- What a command asked for with a request, since its message is not trusted; a table of its own, as adding a column cannot be repeated
-- everywhere. Every statement can be repeated.
create table if not exists offsite_request_asked (
  request_id varchar(64) not null primary key,
  forced smallint not null,
  plain smallint not null
);
