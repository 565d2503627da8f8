package org.heratio.offsite.ledger;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.Trees;

/** An embedded ledger that nobody has used yet, made once for each JVM: its copies are opened without migrating them from nothing. */
final class MigratedH2 {
    private static final byte[] FILE = make();

    private MigratedH2() {}

    /** Leaves a ledger alone that is there already. */
    static void copyTo(Path stateDir) {
        Path file = file(stateDir);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(file.getParent());
                Files.write(file, FILE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Path stateDir) {
        return stateDir.resolve("ledger/offsite.mv.db");
    }

    private static byte[] make() {
        Vertx vertx = Vertx.vertx();
        try {
            Path stateDir = Files.createTempDirectory("offsite-ledger");
            LedgerConfig config = LedgerConfig.h2(stateDir);
            JdbcLedger.open(vertx, config, Clock.systemUTC()).close();
            try (Connection connection =
                            DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                    Statement statement = connection.createStatement()) {
                // each ledger has one of its own
                statement.execute("DELETE FROM offsite_meta WHERE name = 'installation_id'");
            }
            byte[] file = Files.readAllBytes(file(stateDir));
            Trees.delete(stateDir);
            return file;
        } catch (IOException | LedgerException | SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
