package org.heratio.offsite.ledger.jdbc;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.heratio.offsite.ledger.ClaimedCopy;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.HeratioClaims;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.ReplicationRow;

/** Runs {@link OpenClaims}, {@link Adopting} and {@link Reclaiming} in transactions. */
final class JdbcHeratioClaims implements HeratioClaims {
    /** The number of claims at each destination. No claim is proved, which lets an index leave out the many copies that are. */
    static final String COUNTS = "SELECT driver, COUNT(*) AS n FROM offsite_copy "
            + "WHERE state IN ('PENDING', 'REPLICATED', 'CORRUPT', 'MISSING', 'FAILED') AND proved_at IS NULL "
            + "AND claimed = 1 AND " + OpenClaims.NOT_OUTLIVED + " GROUP BY driver";

    private final Transactions transactions;
    private final Adopting adopting;
    private final Reclaiming reclaiming;

    JdbcHeratioClaims(Transactions transactions, Adopting adopting, Reclaiming reclaiming) {
        this.transactions = transactions;
        this.adopting = adopting;
        this.reclaiming = reclaiming;
    }

    @Override
    public List<ReplicationRow> unreviewed(String driver, String place) throws LedgerException {
        return transactions.run(tx -> OpenClaims.at(tx, driver, place));
    }

    @Override
    public Set<String> withheld(String driver, Collection<String> paths) throws LedgerException {
        return transactions.run(tx -> OpenClaims.withheld(tx, paths, driver));
    }

    @Override
    public Set<Long> adopt(List<ClaimedCopy> claims) throws LedgerException {
        return transactions.run(tx -> {
            Set<Long> taken = new HashSet<>();
            for (ClaimedCopy claim : claims) {
                if (adopting.adopt(tx, claim)) {
                    taken.add(claim.row().id());
                }
            }
            return taken;
        });
    }

    @Override
    public void markReviewed(String place, List<ReplicationRow> rows) throws LedgerException {
        transactions.execute(tx -> OpenClaims.markReviewed(tx, place, rows));
    }

    @Override
    public Optional<ReplicationRow> overwritten(long copyId) throws LedgerException {
        return transactions.run(tx -> Reclaiming.overwritten(tx, copyId));
    }

    @Override
    public boolean reclaimed(Copy copy, ReplicationRow row) throws LedgerException {
        return transactions.run(tx -> reclaiming.reclaimed(tx, copy, row));
    }

    @Override
    public Map<String, Long> counts() throws LedgerException {
        return transactions.run(JdbcHeratioClaims::counts);
    }

    private static Map<String, Long> counts(Tx tx) throws StatementException, InterruptedException {
        Map<String, Long> counts = new TreeMap<>();
        for (SqlRow row : tx.query(COUNTS)) {
            counts.put(row.text("driver"), row.number("n"));
        }
        return counts;
    }
}
