package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.SealHistory;

/** Finds what can be sealed, and what was, in pages that do not grow with the ledger. */
final class SealQueries {
    /** What a version waits for without a failed attempt. */
    private static final List<String> OBSTACLES = List.of(ErrorCode.SPOOL_FULL.name(), ErrorCode.ARCHIVE_BUSY.name());

    /** How many versions are looked at for those that have ended: behind a long queue the newest ones all wait. */
    private static final long NEWEST = 50_000;

    private SealQueries() {}

    static List<DueVersion> due(Tx tx, Collection<String> drivers, DueVersion behind, int limit)
            throws StatementException, InterruptedException {
        if (drivers.isEmpty()) {
            return List.of();
        }
        List<Object> parameters =
                new ArrayList<>(List.of(behind.dueAt(), tx.now(), behind.dueAt(), behind.versionId()));
        parameters.addAll(OBSTACLES);
        parameters.addAll(drivers);
        List<DueVersion> due = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT v.id AS version_id, v.path AS path, v.due_at AS due_at FROM offsite_version v "
                        + "WHERE v.state = 'SETTLED' AND v.due_at >= ? AND v.due_at <= ? AND (v.due_at > ? OR v.id > ?) "
                        + "AND (v.error_code IS NULL OR v.error_code IN (" + Tx.marks(OBSTACLES.size()) + ")) "
                        + "AND EXISTS (SELECT 1 FROM offsite_copy c WHERE c.version_id = v.id AND c.state = 'PENDING' "
                        + "AND c.driver IN (" + Tx.marks(drivers.size()) + ")) ORDER BY v.due_at, v.id LIMIT " + limit,
                parameters.toArray())) {
            due.add(new DueVersion(row.number("due_at"), row.number("version_id"), row.text("path")));
        }
        return due;
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
