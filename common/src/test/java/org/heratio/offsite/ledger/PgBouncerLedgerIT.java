package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.PostgresServer;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.testing.ServerContainer;
import org.heratio.offsite.testing.ServerProcess;
import org.heratio.offsite.testing.SharedDatabases;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pooler that gives each transaction another connection stands between us and the database. */
@ExtendWith(SharedDatabases.class)
class PgBouncerLedgerIT extends LedgerSuite {
    /** As many as PostgreSQL's driver waits for before it prepares a statement at the server, and more. */
    private static final int OFTEN = 8;

    private final PostgresServer server;
    private @Nullable ServerProcess pooler;
    private @Nullable LedgerConfig config;

    PgBouncerLedgerIT(PostgresServer server) {
        this.server = server;
    }

    @Override
    protected LedgerConfig config() {
        if (config == null) {
            Requires.that(!ServerContainer.wanted(), "a pooler that is installed, and so is the server behind it");
            Requires.program("pgbouncer", "pgbouncer");
            config = pooled();
        }
        return config;
    }

    private LedgerConfig pooled() {
        String database = server.newDatabase();
        int port = ServerProcess.freePort();
        ServerProcess process = ServerProcess.unprivileged(
                "pgbouncer",
                directory ->
                        List.of("pgbouncer", directory.resolve("pgbouncer.ini").toString()));
        pooler = process;
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
        try {
            Files.writeString(process.directory().resolve("pgbouncer.ini"), """
                    [databases]
                    %s = host=127.0.0.1 port=%d user=%s password='%s'
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = transaction
                    default_pool_size = 3
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(
                            database, server.port(), DatabaseServer.USER, DatabaseServer.PASSWORD, port));
            process.start(() -> answers(url));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new LedgerConfig(url, DatabaseServer.USER, DatabaseServer.PASSWORD);
    }

    private static boolean answers(String url) {
        try (Connection connection = DriverManager.getConnection(url, DatabaseServer.USER, DatabaseServer.PASSWORD)) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    @AfterEach
    void stopThePooler() {
        if (pooler != null) {
            pooler.remove();
        }
    }

    @Test
    void twoProcessesShareTheConnectionsOfAPooler() throws Exception {
        Ledger other = open(config());
        for (int i = 0; i < OFTEN; i++) {
            for (Ledger each : List.of(ledger, other)) {
                Version version = each.versions().settle(file("a.gz", 10, 100 + i), clock.millis(), LOCALFS, false);
                assertThat(each.copies().ofVersion(version.id())).hasSize(1);
            }
        }
    }
}
