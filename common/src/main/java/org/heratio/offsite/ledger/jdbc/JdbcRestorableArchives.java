package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.RestorableArchives;
import org.heratio.offsite.ledger.Version;

/** Reads versions by their ids. Whether one is the newest of its path is told by the index of paths. */
final class JdbcRestorableArchives implements RestorableArchives {
    private final Transactions transactions;

    JdbcRestorableArchives(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Returns a condition whose parameters are the latest time of modification, and the drivers.
     *
     * @param v alias of the version
     */
    private static String restorable(String v, int drivers) {
        return v + ".mtime_nanos <= ? AND " + v + ".state <> 'SUPERSEDED' AND EXISTS (SELECT 1 FROM offsite_copy c "
                + "WHERE c.version_id = COALESCE(" + v + ".same_as, " + v + ".id) AND c.replicated_at IS NOT NULL "
                + "AND c.state <> 'MISSING' AND c.driver IN (" + Tx.marks(drivers) + "))";
    }

    @Override
    public List<Version> newest(Collection<String> drivers, long asOf, long after, int limit) throws LedgerException {
        int count = drivers.size();
        String statement = "SELECT " + Settling.COLUMNS + " FROM offsite_version v WHERE v.id > ? AND "
                + restorable("v", count) + " AND NOT EXISTS (SELECT 1 FROM offsite_version n "
                + "WHERE n.path_hash = v.path_hash AND n.newest_at > v.newest_at AND " + restorable("n", count)
                + ") ORDER BY v.id LIMIT ?";
        List<Object> parameters = new ArrayList<>(List.of(after));
        for (int version = 0; version < 2; version++) {
            parameters.add(asOf);
            parameters.addAll(drivers);
        }
        parameters.add(limit);
        return transactions.run(tx -> tx.query(statement, parameters.toArray()).stream()
                .map(Rows::version)
                .toList());
    }
}
