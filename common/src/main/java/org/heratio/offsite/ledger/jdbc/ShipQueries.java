package org.heratio.offsite.ledger.jdbc;

import java.util.List;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.DuePage;
import org.heratio.offsite.ledger.DueVersion;

/** Finds copies to ship, in pages whose cost grows neither with the ledger nor with the copies in between that cannot be shipped yet. */
final class ShipQueries {
    private ShipQueries() {}

    /** Returns the query of a part of a page. Its parameters are the driver and the two of the range. */
    static String sql(DueRange range, int limit) {
        // what waits for its seal is read, too: the limit bounds the rows of the index, and the next page begins behind
        // them
        return "SELECT d.due_at AS due_at, d.version_id AS version_id, v.path AS path, "
                // obstacles, such as a busy archive, are no failed attempts
                + "CASE WHEN v.state = 'SEALED' AND COALESCE(d.error_code, '') IN ('', '"
                + ErrorCode.ARCHIVE_BUSY.name()
                + "') AND EXISTS (SELECT 1 FROM offsite_payload p WHERE p.version_id = d.version_id) THEN 1 ELSE 0 END AS ready "
                + "FROM (SELECT c.due_at, c.version_id, c.error_code FROM offsite_copy c WHERE c.driver = ? "
                + "AND c.state = 'PENDING' AND " + range.condition("c", "version_id")
                + " ORDER BY c.driver, c.state, c.due_at, c.version_id LIMIT " + limit + ") d "
                + "JOIN offsite_version v ON v.id = d.version_id ORDER BY d.due_at, d.version_id";
    }

    static DuePage due(Tx tx, String driver, DueVersion behind, int limit)
            throws StatementException, InterruptedException {
        List<SqlRow> rows =
                DueRange.page(tx, behind, limit, (range, from, to) -> tx.query(sql(range, limit), driver, from, to));
        List<DueVersion> due = rows.stream()
                .filter(row -> row.flag("ready"))
                .map(DueRange::version)
                .toList();
        DueVersion last = rows.isEmpty() ? behind : DueRange.version(rows.get(rows.size() - 1));
        return new DuePage(due, last, rows.size() < limit);
    }
}
