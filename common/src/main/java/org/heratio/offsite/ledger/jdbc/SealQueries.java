package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.SealHistory;

/** Finds versions to seal, and how the last ones ended, in pages whose cost does not grow with the ledger. */
final class SealQueries {
    /** The obstacles that a version waits for without a failed attempt. */
    private static final List<String> OBSTACLES = List.of(ErrorCode.SPOOL_FULL.name(), ErrorCode.ARCHIVE_BUSY.name());

    /** The number of versions that are looked at for those that have ended: behind a long queue the newest ones all wait. */
    private static final long NEWEST = 50_000;

    private SealQueries() {}

    /** Returns the query of a part of a page. Its parameters are the two of the range, the obstacles and the drivers. */
    static String sql(DueRange range, int drivers, int limit) {
        // by a function, and in the order of the index: H2 reads it in order only then
        return "SELECT v.id AS version_id, v.path AS path, v.due_at AS due_at FROM offsite_version v "
                + "WHERE v.state = 'SETTLED' AND " + range.condition("v", "id")
                + " AND COALESCE(v.error_code, '') IN ('', " + Tx.marks(OBSTACLES.size()) + ") "
                + "AND EXISTS (SELECT 1 FROM offsite_copy c WHERE c.version_id = v.id AND c.state = 'PENDING' "
                + "AND c.driver IN (" + Tx.marks(drivers) + ")) ORDER BY v.state, v.due_at, v.id LIMIT " + limit;
    }

    static List<Object> parameters(long from, long to, Collection<String> drivers) {
        List<Object> parameters = new ArrayList<>(List.of(from, to));
        parameters.addAll(OBSTACLES);
        parameters.addAll(drivers);
        return parameters;
    }

    static List<DueVersion> due(Tx tx, Collection<String> drivers, DueVersion behind, int limit)
            throws StatementException, InterruptedException {
        if (drivers.isEmpty()) {
            return List.of();
        }
        return DueRange.page(
                        tx,
                        behind,
                        limit,
                        (range, from, to) -> tx.query(
                                sql(range, drivers.size(), limit),
                                parameters(from, to, drivers).toArray()))
                .stream()
                .map(DueRange::version)
                .toList();
    }

    static List<SealHistory> last(Tx tx, int limit) throws StatementException, InterruptedException {
        List<SqlRow> newest = tx.query("SELECT id FROM offsite_version ORDER BY id DESC LIMIT 1");
        if (newest.isEmpty()) {
            return List.of();
        }
        List<SealHistory> last = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT path, state FROM offsite_version WHERE id > ? AND state IN ('SEALED', 'FAILED') "
                        + "ORDER BY id DESC LIMIT " + limit,
                newest.get(0).number("id") - NEWEST)) {
            last.add(new SealHistory(row.text("path"), row.text("state").equals("SEALED")));
        }
        return last;
    }
}
