package org.heratio.offsite.app.heratio;

import java.util.List;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.MariaDbServer;

/** A database with the two tables as a Heratio installation has them. */
final class HeratioTables {
    private final DatabaseServer server;
    private final String database;

    /** Makes both, empty; the collation takes {@code Café.gz} and {@code cafe.gz} for one, as Heratio's own does. */
    HeratioTables(DatabaseServer server) {
        this.server = server;
        this.database = server.newDatabase();
        boolean mariaDb = server instanceof MariaDbServer;
        String id = mariaDb ? "int not null auto_increment primary key" : "serial primary key";
        String options = mariaDb ? " character set utf8mb4 collate " + collation() : "";
        server.execute(
                database,
                "create table ahg_backup_replication (id " + id + ", local_path varchar(500) not null, "
                        + "remote_path varchar(500) not null, driver varchar(32) not null, size_bytes bigint default 0, "
                        + "sha256 char(64) null, encrypted " + (mariaDb ? "tinyint(1)" : "boolean") + " default '0', "
                        + "replicated_at " + (mariaDb ? "datetime" : "timestamp(0)") + " default current_timestamp, "
                        + "verified_at " + (mariaDb ? "datetime" : "timestamp(0)") + " null, "
                        + "status varchar(24) default 'replicated', error text null, unique (local_path, driver))"
                        + options,
                "create index r1 on ahg_backup_replication (status)",
                "create index r2 on ahg_backup_replication (replicated_at)",
                "create index r3 on ahg_backup_replication (verified_at)",
                "create table ahg_settings (id " + id + ", setting_key varchar(191) not null unique, "
                        + "setting_value text null, setting_group varchar(100))" + options);
    }

    /** MySQL has the one that Heratio's tables have, MariaDB the one nearest to it. */
    private String collation() {
        String heratios = "utf8mb4_0900_ai_ci";
        boolean there = !server.query(database, "SHOW COLLATION LIKE '" + heratios + "'")
                .isEmpty();
        return there ? heratios : "utf8mb4_unicode_520_ci";
    }

    String database() {
        return database;
    }

    void setting(String key, String value) {
        server.execute(
                database,
                "delete from ahg_settings where setting_key = '" + key + "'",
                "insert into ahg_settings (setting_key, setting_value, setting_group) values ('" + key + "', '" + value
                        + "', 'backup')");
    }

    void run(String... statements) {
        server.execute(database, statements);
    }

    List<List<String>> query(String sql) {
        return server.query(database, sql);
    }

    long number(String sql) {
        return server.number(database, sql);
    }

    /** What operators run, and go on running. */
    List<List<String>> operatorsSelect() {
        return query("SELECT local_path, driver, status, replicated_at, verified_at FROM ahg_backup_replication "
                + "ORDER BY replicated_at DESC LIMIT 50;");
    }
}
