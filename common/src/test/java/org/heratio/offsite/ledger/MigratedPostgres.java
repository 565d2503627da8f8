package org.heratio.offsite.ledger;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.PostgresServer;

/** Ledgers that no process has used yet: copies of a database that is migrated once for each server. */
final class MigratedPostgres {
    private static final Map<Key, String> TEMPLATES = new ConcurrentHashMap<>();

    private record Key(PostgresServer server, List<String> statements) {}

    private MigratedPostgres() {}

    /**
     * Creates a database.
     *
     * @param statements what runs in it before it becomes a ledger
     */
    static LedgerConfig create(PostgresServer server, String... statements) {
        String template = TEMPLATES.computeIfAbsent(new Key(server, List.of(statements)), MigratedPostgres::template);
        return config(server, server.newDatabase(template));
    }

    private static String template(Key key) {
        String name = key.server().newDatabase();
        key.server().execute(name, key.statements().toArray(String[]::new));
        Vertx vertx = Vertx.vertx();
        try {
            JdbcLedger.open(vertx, config(key.server(), name), Clock.systemUTC())
                    .close();
            // each ledger has one of its own
            key.server().execute(name, "DELETE FROM offsite_meta WHERE name = 'installation_id'");
            return name;
        } catch (LedgerException e) {
            throw new IllegalStateException(e);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static LedgerConfig config(PostgresServer server, String database) {
        return new LedgerConfig(server.url(database), DatabaseServer.USER, DatabaseServer.PASSWORD);
    }
}
