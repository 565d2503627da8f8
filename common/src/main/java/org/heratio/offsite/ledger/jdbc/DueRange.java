package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.ledger.DueVersion;

/**
 * The parts of a page of what is due, each of which is one range of an index. A start makes all that waits due at the same moment: such rows
 * are told apart by their ids.
 */
enum DueRange {
    SAME_MOMENT("%1$s.due_at = ? AND %1$s.%2$s > ?"),
    // not above the moment before: H2 would read all rows of that moment
    LATER("%1$s.due_at >= ? AND %1$s.due_at <= ?");

    private final String condition;

    DueRange(String condition) {
        this.condition = condition;
    }

    /** Returns the condition, which has two parameters. */
    String condition(String table, String id) {
        return condition.formatted(table, id);
    }

    /** Reads one part of a page. */
    @FunctionalInterface
    interface Read {
        List<SqlRow> rows(DueRange range, long from, long to) throws StatementException, InterruptedException;
    }

    /**
     * Returns the rows of one page.
     *
     * @param limit how many rows the page has at most, and each part of it: what is left for a part would be another text of the statement
     */
    static List<SqlRow> page(Tx tx, DueVersion behind, int limit, Read read)
            throws StatementException, InterruptedException {
        List<SqlRow> rows = new ArrayList<>();
        if (!behind.equals(DueVersion.FIRST)) {
            rows.addAll(read.rows(SAME_MOMENT, behind.dueAt(), behind.versionId()));
        }
        if (rows.size() < limit) {
            rows.addAll(read.rows(LATER, behind.dueAt() + 1, tx.now()));
        }
        return rows.subList(0, Math.min(limit, rows.size()));
    }

    static DueVersion version(SqlRow row) {
        return new DueVersion(row.number("due_at"), row.number("version_id"), row.text("path"));
    }
}
