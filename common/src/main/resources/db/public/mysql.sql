-- Heratio's public table, made only where it is absent, and never altered. A new one tells A.zip and a.zip apart.
create table ahg_backup_replication (
  id int not null auto_increment primary key,
  local_path varchar(500) not null,
  remote_path varchar(500) not null,
  driver varchar(32) not null,
  size_bytes bigint default 0,
  sha256 char(64) null,
  encrypted tinyint(1) default 0,
  replicated_at datetime default current_timestamp,
  verified_at datetime null,
  status varchar(24) default 'replicated',
  error text null,
  unique index ahg_backup_replication_local_path_driver_unique (local_path, driver),
  index ahg_backup_replication_status_index (status),
  index ahg_backup_replication_replicated_at_index (replicated_at),
  index ahg_backup_replication_verified_at_index (verified_at)
) character set utf8mb4 collate utf8mb4_bin;
