package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.WaitingCopies;

/** Finds what is under way: few queries, whatever the number of archives. */
final class WaitingQueries {
    /** When a destination was added to an archive that was there already. */
    private static final String ADDED =
            "COALESCE((SELECT MAX(j.noted_at) FROM offsite_journal j WHERE j.path_hash = v.path_hash "
                    + "AND j.version_id = v.id AND j.driver = c.driver AND j.kind = '" + Kind.SETTLED.name() + "'), 0)";

    private static final String SINCE =
            "CASE WHEN c.state = 'PENDING' THEN GREATEST(v.landed_at, " + ADDED + ") ELSE c.replicated_at END";

    /** A copy that is shipped again, such as with {@code --force}, is there meanwhile. */
    private static final String FROM_WHERE = " FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
            // H2 takes its index for a condition outside of OR alone
            + "WHERE c.driver IN (%s) AND c.state IN ('PENDING', 'REPLICATED') "
            + "AND ((c.state = 'PENDING' AND c.replicated_at IS NULL AND v.state <> 'SUPERSEDED' "
            + "AND v.landed_at <= ? AND " + ADDED + " <= ?) OR (c.state = 'REPLICATED' AND c.claimed = 0 "
            + "AND c.replicated_at <= ? AND (c.error_code IS NULL OR c.error_code <> '" + ErrorCode.COPY_ARCHIVED.name()
            + "')))";

    private WaitingQueries() {}

    static WaitingCopies since(Tx tx, Collection<String> drivers, long before)
            throws StatementException, InterruptedException {
        List<Object> parameters = new ArrayList<>(drivers);
        parameters.addAll(List.of(before, before, before));
        String which = FROM_WHERE.formatted(Tx.marks(drivers.size()));
        long archives = tx.query("SELECT COUNT(DISTINCT v.id) AS n" + which, parameters.toArray())
                .get(0)
                .number("n");
        if (archives == 0) {
            return WaitingCopies.NONE;
        }
        String columns = "SELECT v.path AS path, c.driver AS driver, c.state AS state, " + SINCE
                + " AS since_at, COALESCE(c.error, v.error) AS obstacle";
        return tx.first(columns + which + " ORDER BY since_at, c.id LIMIT 1", parameters.toArray())
                .map(row -> new WaitingCopies(archives, first(row)))
                .orElse(WaitingCopies.NONE);
    }

    /** One range of an index: of what is finished, nothing is read. */
    static boolean underWay(Tx tx, String driver, long before) throws StatementException, InterruptedException {
        return driver.isEmpty()
                ? tx.first("SELECT id FROM offsite_version WHERE state = 'SETTLED' AND landed_at <= ? LIMIT 1", before)
                        .isPresent()
                : tx.first(
                                "SELECT c.id AS id FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id WHERE c.driver = ? "
                                        + "AND c.state = 'PENDING' AND v.state <> 'SUPERSEDED' AND v.landed_at <= ? LIMIT 1",
                                driver,
                                before)
                        .isPresent();
    }

    private static WaitingCopies.First first(SqlRow row) {
        return new WaitingCopies.First(
                row.text("path"),
                row.text("driver"),
                row.number("since_at"),
                row.text("state").equals("REPLICATED"),
                row.textOrNull("obstacle"));
    }
}
