package org.heratio.offsite.ledger.jdbc;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Proofs;
import org.jspecify.annotations.Nullable;

/** Records proofs with the requests that wait for them, and finds what is to be proved. */
final class JdbcProofs implements Proofs {
    private final Transactions transactions;
    private final CopyTransitions copies;
    private final RequestRows requests;
    private final ZoneId zone;

    /** @param zone in which people mean their days */
    JdbcProofs(Transactions transactions, CopyTransitions copies, RequestRows requests, ZoneId zone) {
        this.transactions = transactions;
        this.copies = copies;
        this.requests = requests;
        this.zone = zone;
    }

    @Override
    public boolean record(long copyId, String sha256) throws LedgerException {
        return transactions.run(tx -> {
            Optional<Copy> verified = copies.verified(tx, copyId, sha256);
            if (verified.isPresent()) {
                requests.checked(tx, verified.get(), RequestRows.INTACT, null);
            }
            return verified.isPresent();
        });
    }

    @Override
    public List<Copy> due(boolean all, @Nullable LocalDate from, @Nullable String driver) throws LedgerException {
        return transactions.run(tx -> due(tx, all, from, driver));
    }

    private List<Copy> due(Tx tx, boolean all, @Nullable LocalDate from, @Nullable String driver)
            throws SqlTrouble, InterruptedException {
        StringBuilder sql = new StringBuilder("SELECT " + CopyRows.COLUMNS + " FROM offsite_copy WHERE ")
                .append(CopyTransitions.SHIPPED)
                .append(all ? "" : " AND state <> 'VERIFIED'");
        List<Object> parameters = new ArrayList<>();
        if (from != null) {
            sql.append(" AND replicated_at >= ?");
            parameters.add(from.atStartOfDay(zone).toInstant().toEpochMilli());
        }
        if (driver != null) {
            sql.append(" AND driver = ?");
            parameters.add(driver);
        }
        sql.append(" ORDER BY CASE WHEN state = 'VERIFIED' THEN 1 ELSE 0 END, "
                + "CASE WHEN proved_at IS NULL THEN 0 ELSE 1 END, proved_at, id");
        List<Copy> copies = new ArrayList<>();
        for (SqlRow row : tx.query(sql.toString(), parameters.toArray())) {
            copies.add(Rows.copy(row));
        }
        return copies;
    }
}
