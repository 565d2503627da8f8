-- Nothing to do here: each index ends with the primary key, so that offsite_version_state has the order (state, due_at, id). The other
-- databases get such an index with this version. Every statement can be repeated.
select 1;
