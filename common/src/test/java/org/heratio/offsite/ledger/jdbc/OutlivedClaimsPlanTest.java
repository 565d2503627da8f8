package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cost of claims without a hash, in rows that the embedded database reads, beside many verified copies. */
final class OutlivedClaimsPlanTest {
    private static final Pattern SCANNED = Pattern.compile("scanCount: (\\d+)");
    private static final int VERIFIED = 5_000;
    private static final int CLAIMS = 5;

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
    void eachClaimReadsTheVersionsOfItsOwnPathAlone() throws Exception {
        LedgerConfig config = LedgerConfig.h2(dir);
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                Statement statement = connection.createStatement()) {
            versions(statement, 1, VERIFIED, "x", 2);
            copies(statement, 1, VERIFIED, "'VERIFIED'", 0, "'s'", "1");
            // older versions of the first paths
            versions(statement, VERIFIED + 1, VERIFIED + CLAIMS, "x - " + VERIFIED, 1);
            copies(statement, VERIFIED + 1, VERIFIED + CLAIMS, "'REPLICATED'", 1, "NULL", "NULL");
            statement.execute("ANALYZE");

            assertThat(scanned(statement, JdbcHeratioClaims.COUNTS)).isLessThan(30 * CLAIMS);
            assertThat(scanned(
                            statement,
                            "SELECT id FROM offsite_copy WHERE state = 'REPLICATED' AND proved_at IS NULL AND "
                                    + OpenClaims.NOT_OUTLIVED + " ORDER BY id LIMIT 100"))
                    .isLessThan(30 * CLAIMS);
        }
        assertThat(ledger.claims().counts()).isEmpty();
    }

    private static void versions(Statement statement, int from, int to, String path, int newestAt) throws Exception {
        statement.execute(
                "INSERT INTO offsite_version (id, path, path_hash, relative_path, size_bytes, mtime_nanos, newest_at, "
                        + "state, remote_name, remote_name_hash, plain, overwrites, landed_at, settled_at) SELECT x, '/b/' || ("
                        + path + ") || '.gz', '' || (" + path + "), x || '.gz', 1, " + newestAt + ", " + newestAt
                        + ", 'SEALED', x || '.gz', '' || x, 0, 0, 1, 1 FROM SYSTEM_RANGE(" + from + ", " + to + ")");
    }

    private static void copies(
            Statement statement, int from, int to, String state, int claimed, String sha256, String provedAt)
            throws Exception {
        statement.execute(
                "INSERT INTO offsite_copy (version_id, driver, state, remote_path, size_bytes, encrypted, plain, "
                        + "repairs, claimed, sha256, replicated_at, proved_at) SELECT x, 'localfs', " + state
                        + ", '', 0, 0, 0, 0, " + claimed + ", " + sha256 + ", 1, " + provedAt + " FROM SYSTEM_RANGE("
                        + from
                        + ", " + to + ")");
    }

    /** Returns how many rows a statement reads. */
    private static long scanned(Statement statement, String sql) throws Exception {
        try (ResultSet plan = statement.executeQuery("EXPLAIN ANALYZE " + sql)) {
            plan.next();
            String text = plan.getString(1);
            Matcher scans = SCANNED.matcher(text);
            long scanned = 0;
            while (scans.find()) {
                scanned += Long.parseLong(scans.group(1));
            }
            assertThat(text).contains("scanCount");
            return scanned;
        }
    }
}
