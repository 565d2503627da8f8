-- A page of what waits to be sealed is one range of an index, in the order of its rows. Many rows are due at the same moment, and a database
-- reads an index in order only if the index has all columns of that order. Every statement can be repeated.
create index if not exists offsite_version_due on offsite_version (state, due_at, id);
drop index if exists offsite_version_state;
