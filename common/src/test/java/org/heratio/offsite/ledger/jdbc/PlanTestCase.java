package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An embedded ledger whose database tells how it runs a statement, and how many rows it reads. */
abstract class PlanTestCase {
    private static final Pattern SCANNED = Pattern.compile("scanCount: (\\d+)");

    @TempDir
    private Path dir;

    private final Vertx vertx = Vertx.vertx();
    private JdbcLedger ledger;

    @BeforeEach
    void start() throws Exception {
        ledger = (JdbcLedger) LedgerFixture.h2(vertx, dir, Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    JdbcLedger ledger() {
        return ledger;
    }

    Connection connect() throws SQLException {
        LedgerConfig config = LedgerConfig.h2(dir);
        return DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
    }

    /** Runs a statement and returns its plan, with the rows that each step read. */
    String plan(String sql, Object... parameters) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement explain = connection.prepareStatement("EXPLAIN ANALYZE " + sql)) {
            int index = 1;
            for (Object parameter : parameters) {
                explain.setObject(index++, parameter);
            }
            try (ResultSet plan = explain.executeQuery()) {
                plan.next();
                return plan.getString(1);
            }
        }
    }

    /** Returns how many rows a statement reads. */
    long scanned(String sql, Object... parameters) throws SQLException {
        String plan = plan(sql, parameters);
        assertThat(plan).contains("scanCount");
        Matcher scans = SCANNED.matcher(plan);
        long scanned = 0;
        while (scans.find()) {
            scanned += Long.parseLong(scans.group(1));
        }
        return scanned;
    }
}
