-- A copy has the time of its last proof in offsite_copy.proved_at. Nothing read this table.
drop table if exists offsite_proof;
