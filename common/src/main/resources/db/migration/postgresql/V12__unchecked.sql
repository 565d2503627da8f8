-- What no gate could check of an archive that was shipped, such as encrypted entries of a zip. Every statement can be repeated.
create table if not exists offsite_unchecked (
  version_id bigint not null primary key,
  detail text not null
);
