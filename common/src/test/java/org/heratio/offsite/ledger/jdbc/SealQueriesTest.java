package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cost of a page, in rows that the embedded database reads: a look at ten thousand archives that wait must not read each of them. */
class SealQueriesTest {
    private static final Pattern SCANNED = Pattern.compile("scanCount: (\\d+)");
    private static final Set<String> DRIVERS = Set.of("localfs");
    private static final int WAITING = 5_000;
    private static final int PAGE = 100;
    private static final long DUE = 1_000;

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
    void aPageOfArchivesThatBecameDueAtOneMomentReadsNoOtherRows() throws Exception {
        settle("?");
        List<DueVersion> first = ledger.pendingWork().toSeal(DRIVERS, DueVersion.FIRST, PAGE);
        DueVersion last = first.get(PAGE - 1);

        assertThat(scanned(SealQueries.Part.LATER, Long.MIN_VALUE, Long.MAX_VALUE))
                .isLessThan(4 * PAGE);
        assertThat(scanned(SealQueries.Part.SAME_MOMENT, last.dueAt(), last.versionId()))
                .isLessThan(4 * PAGE);
        assertThat(scanned(SealQueries.Part.LATER, DUE + 1, Long.MAX_VALUE)).isLessThan(4 * PAGE);
    }

    @Test
    void aPageOfArchivesThatBecameDueOneAfterTheOtherReadsNoOtherRows() throws Exception {
        settle("? + x");

        assertThat(scanned(SealQueries.Part.LATER, DUE + WAITING / 2, Long.MAX_VALUE))
                .isLessThan(4 * PAGE);
    }

    @Test
    void pagesGiveEachArchiveOnce() throws Exception {
        settle("? + x / 150");
        Set<Long> found = new HashSet<>();
        List<DueVersion> order = new ArrayList<>();
        List<DueVersion> page = List.of(DueVersion.FIRST);
        while (!page.isEmpty()) {
            page = ledger.pendingWork().toSeal(DRIVERS, page.get(page.size() - 1), PAGE);
            page.forEach(version -> found.add(version.versionId()));
            order.addAll(page);
        }
        assertThat(order).isSorted().hasSize(WAITING);
        assertThat(found).hasSize(WAITING);
    }

    private void settle(String dueAt) throws SQLException {
        String rows = " FROM SYSTEM_RANGE(1, " + WAITING + ")";
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO offsite_version (id, path, path_hash, relative_path, size_bytes, mtime_nanos, newest_at, "
                            + "state, remote_name, remote_name_hash, plain, overwrites, landed_at, settled_at, due_at) "
                            + "SELECT x, '/b/' || x || '.gz', '' || x, x || '.gz', 1, 1, 1, 'SETTLED', x || '.gz', '' || x, 0, 0, 1, 1, "
                            + dueAt.replace("?", Long.toString(DUE)) + rows);
            statement.execute(
                    "INSERT INTO offsite_copy (version_id, driver, state, remote_path, size_bytes, encrypted, plain, repairs, "
                            + "claimed) SELECT x, 'localfs', 'PENDING', '', 0, 0, 0, 0, 0" + rows);
            statement.execute("ANALYZE");
        }
    }

    /** Returns how many rows a page reads. */
    private long scanned(SealQueries.Part part, long from, long to) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement explain =
                        connection.prepareStatement("EXPLAIN ANALYZE " + part.sql(DRIVERS.size(), PAGE))) {
            int index = 1;
            for (Object parameter : part.parameters(from, to, DRIVERS)) {
                explain.setObject(index++, parameter);
            }
            try (ResultSet plan = explain.executeQuery()) {
                plan.next();
                Matcher scans = SCANNED.matcher(plan.getString(1));
                long scanned = 0;
                while (scans.find()) {
                    scanned += Long.parseLong(scans.group(1));
                }
                assertThat(plan.getString(1)).contains("scanCount");
                return scanned;
            }
        }
    }

    private Connection connect() throws SQLException {
        LedgerConfig config = LedgerConfig.h2(dir);
        return DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
    }
}
