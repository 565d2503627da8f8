package org.heratio.offsite.ledger.jdbc;

import java.util.List;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.RestorableArchives;
import org.heratio.offsite.ledger.Version;

/** Reads versions by their ids. Whether one is the newest of its path is told by the index of paths. */
final class JdbcRestorableArchives implements RestorableArchives {
    private static final String NEWEST = "SELECT " + Settling.COLUMNS + " FROM offsite_version v WHERE v.id > ? AND "
            + restorable("v") + " AND NOT EXISTS (SELECT 1 FROM offsite_version n WHERE n.path_hash = v.path_hash "
            + "AND n.newest_at > v.newest_at AND " + restorable("n") + ") ORDER BY v.id LIMIT ?";

    private final Transactions transactions;

    JdbcRestorableArchives(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Returns a condition whose parameter is the latest time of modification.
     *
     * @param v alias of the version
     */
    private static String restorable(String v) {
        return v + ".mtime_nanos <= ? AND " + v + ".state <> 'SUPERSEDED' AND EXISTS (SELECT 1 FROM offsite_copy c "
                + "WHERE c.version_id = COALESCE(" + v + ".same_as, " + v + ".id) AND c.replicated_at IS NOT NULL "
                + "AND c.state <> 'MISSING')";
    }

    @Override
    public List<Version> newest(long asOf, long after, int limit) throws LedgerException {
        return transactions.run(tx -> tx.query(NEWEST, after, asOf, asOf, limit).stream()
                .map(Rows::version)
                .toList());
    }
}
