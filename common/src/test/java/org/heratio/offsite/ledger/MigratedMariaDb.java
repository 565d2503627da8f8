package org.heratio.offsite.ledger;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.MariaDbServer;

/** Ledgers that no process has used yet: the tables of a database that is migrated once for each server, and their rows. */
final class MigratedMariaDb {
    private static final Map<MariaDbServer, List<String>> COPYING = new ConcurrentHashMap<>();

    private MigratedMariaDb() {}

    /** Creates a database. */
    static LedgerConfig create(MariaDbServer server) {
        List<String> copying = COPYING.computeIfAbsent(server, MigratedMariaDb::copying);
        String name = server.newDatabase();
        server.execute(name, copying.toArray(String[]::new));
        return ServerLedgerContract.database(server, name);
    }

    private static List<String> copying(MariaDbServer server) {
        String template = server.newDatabase();
        Vertx vertx = Vertx.vertx();
        try {
            JdbcLedger.open(vertx, ServerLedgerContract.database(server, template), Clock.systemUTC())
                    .close();
        } catch (LedgerException e) {
            throw new IllegalStateException(e);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        // each ledger has one of its own
        server.execute(template, "DELETE FROM offsite_meta WHERE name = 'installation_id'");
        List<String> statements = new ArrayList<>(List.of("SET foreign_key_checks = 0"));
        for (List<String> table : server.query(template, "SHOW TABLES")) {
            String name = table.get(0);
            statements.add(
                    server.query(template, "SHOW CREATE TABLE " + name).get(0).get(1));
            statements.add("INSERT INTO " + name + " SELECT * FROM " + template + "." + name);
        }
        return statements;
    }
}
