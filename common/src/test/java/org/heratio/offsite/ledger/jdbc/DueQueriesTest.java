package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.ledger.DuePage;
import org.heratio.offsite.ledger.DueVersion;
import org.junit.jupiter.api.Test;

/** The cost of a page, in rows that the embedded database reads: a look at ten thousand archives that wait must not read each of them. */
class DueQueriesTest extends PlanTestCase {
    private static final Set<String> DRIVERS = Set.of("localfs");
    private static final int WAITING = 5_000;
    private static final int SEALED = 250;
    private static final int PAGE = 100;
    private static final long DUE = 1_000;

    @Test
    void aPageOfArchivesThatBecameDueAtOneMomentReadsNoOtherRows() throws Exception {
        settle("?");
        List<DueVersion> first = ledger().pendingWork().toSeal(DRIVERS, DueVersion.FIRST, PAGE);
        DueVersion last = first.get(PAGE - 1);

        assertThat(scannedToSeal(DueRange.LATER, Long.MIN_VALUE, Long.MAX_VALUE))
                .isLessThan(4 * PAGE);
        assertThat(scannedToSeal(DueRange.SAME_MOMENT, last.dueAt(), last.versionId()))
                .isLessThan(4 * PAGE);
        assertThat(scannedToSeal(DueRange.LATER, DUE + 1, Long.MAX_VALUE)).isLessThan(4 * PAGE);
    }

    @Test
    void aPageOfArchivesThatBecameDueOneAfterTheOtherReadsNoOtherRows() throws Exception {
        settle("? + x");

        assertThat(scannedToSeal(DueRange.LATER, DUE + WAITING / 2, Long.MAX_VALUE))
                .isLessThan(4 * PAGE);
    }

    @Test
    void aPageOfCopiesToShipReadsNoOtherRowsAlthoughMostOfThoseBeforeWaitForTheirSeal() throws Exception {
        settle("? + x");
        sealTheLast(SEALED, "? + version_id");
        assertThat(scannedToShip(DueRange.LATER, Long.MIN_VALUE, Long.MAX_VALUE))
                .isLessThan(6 * PAGE);
        assertThat(scannedToShip(DueRange.LATER, DUE + WAITING / 2, Long.MAX_VALUE))
                .isLessThan(6 * PAGE);
    }

    @Test
    void aPageOfCopiesThatBecameDueAtOneMomentReadsNoOtherRows() throws Exception {
        settle("?");
        sealTheLast(SEALED, "?");
        assertThat(scannedToShip(DueRange.SAME_MOMENT, DUE, WAITING / 2)).isLessThan(6 * PAGE);
    }

    @Test
    void pagesGiveEachCopyToShipOnceAndEndBehindTheLast() throws Exception {
        settle("?");
        sealTheLast(SEALED, "? + version_id / 150");
        List<DueVersion> found = new ArrayList<>();
        int pages = 0;
        DuePage page = new DuePage(List.of(), DueVersion.FIRST, false);
        while (!page.end()) {
            page = ledger().pendingWork().toShip("localfs", page.last(), PAGE);
            found.addAll(page.due());
            pages++;
        }
        assertThat(found).isSorted().doesNotHaveDuplicates().hasSize(SEALED);
        assertThat(pages).as("a page reads no more than its limit").isEqualTo(WAITING / PAGE + 1);
    }

    @Test
    void pagesGiveEachArchiveOnce() throws Exception {
        settle("? + x / 150");
        Set<Long> found = new HashSet<>();
        List<DueVersion> order = new ArrayList<>();
        List<DueVersion> page = List.of(DueVersion.FIRST);
        while (!page.isEmpty()) {
            page = ledger().pendingWork().toSeal(DRIVERS, page.get(page.size() - 1), PAGE);
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

    /** Seals the last versions, and gives each copy its due time. Another destination has as many copies that wait. */
    private void sealTheLast(int sealed, String dueAt) throws SQLException {
        String last = " > " + (WAITING - sealed);
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO offsite_copy (version_id, driver, state, remote_path, size_bytes, encrypted, plain, repairs, "
                            + "claimed) SELECT version_id, 's3', 'PENDING', '', 0, 0, 0, 0, 0 FROM offsite_copy");
            statement.execute("UPDATE offsite_copy SET due_at = " + dueAt.replace("?", Long.toString(DUE)));
            statement.execute("UPDATE offsite_version SET state = 'SEALED' WHERE id" + last);
            statement.execute("INSERT INTO offsite_payload (version_id, spool_file, sha256, size_bytes, encrypted) "
                    + "SELECT id, 'f' || id, 'x', 1, 1 FROM offsite_version WHERE id" + last);
            statement.execute("ANALYZE");
        }
    }

    private long scannedToSeal(DueRange range, long from, long to) throws SQLException {
        return scanned(
                SealQueries.sql(range, DRIVERS.size(), PAGE),
                SealQueries.parameters(from, to, DRIVERS).toArray());
    }

    private long scannedToShip(DueRange range, long from, long to) throws SQLException {
        return scanned(ShipQueries.sql(range, PAGE), "localfs", from, to);
    }
}
