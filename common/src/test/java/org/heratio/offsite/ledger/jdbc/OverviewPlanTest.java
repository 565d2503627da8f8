package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cost of what the page asks every few seconds, in rows that the embedded database reads. */
final class OverviewPlanTest {
    private static final int COPIES = 5_000;

    @TempDir
    Path dir;

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

    @Test
    void staleProofsAreCountedByTheIndexOfTheirDestination() throws Exception {
        LedgerConfig config = LedgerConfig.h2(dir);
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                Statement statement = connection.createStatement();
                PreparedStatement explain = connection.prepareStatement("EXPLAIN ANALYZE " + JdbcOverview.STALE)) {
            statement.execute(
                    "INSERT INTO offsite_copy (version_id, driver, state, remote_path, size_bytes, encrypted, plain, repairs, "
                            + "claimed, proved_at) SELECT x, 'localfs', 'VERIFIED', '', 0, 0, 0, 0, 0, x FROM SYSTEM_RANGE(1, "
                            + COPIES + ")");
            statement.execute("ANALYZE");
            explain.setString(1, "localfs");
            explain.setString(2, "VERIFIED");
            explain.setLong(3, 10);

            try (ResultSet plan = explain.executeQuery()) {
                plan.next();
                assertThat(plan.getString(1))
                        .containsIgnoringCase("offsite_copy_driver_proved")
                        .containsPattern("scanCount: 1?\\d\\b");
            }
        }
    }

    @Test
    void theLastAttemptsOfAStageAreReadWithoutThoseBeforeThem() throws Exception {
        LedgerConfig config = LedgerConfig.h2(dir);
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                Statement statement = connection.createStatement();
                PreparedStatement explain = connection.prepareStatement("EXPLAIN ANALYZE " + JdbcRetries.RECENT)) {
            statement.execute("INSERT INTO offsite_attempt (subject, stage, attempt, code, reason, noted_at) "
                    + "SELECT 'copy:1', 'uploader:localfs', 1, 'DESTINATION_IO', 'broken', x FROM SYSTEM_RANGE(1, "
                    + COPIES + ")");
            statement.execute("ANALYZE");
            explain.setString(1, "uploader:localfs");
            explain.setLong(2, COPIES - 10);

            try (ResultSet plan = explain.executeQuery()) {
                plan.next();
                assertThat(plan.getString(1))
                        .containsIgnoringCase("offsite_attempt_stage")
                        .doesNotContainPattern("scanCount: (?!20\\d\\b)\\d{3,}");
            }
        }
    }
}
