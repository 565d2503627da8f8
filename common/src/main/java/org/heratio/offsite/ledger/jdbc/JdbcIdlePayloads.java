package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.heratio.offsite.ledger.IdlePayloads;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;

/** Finds payloads that can make room, and gives them up. */
final class JdbcIdlePayloads implements IdlePayloads {
    private static final String OF_DESTINATIONS = "DESTINATION";
    private static final int FAILURES = 3;

    private final Transactions transactions;
    private final JdbcLeases leases;

    JdbcIdlePayloads(Transactions transactions, JdbcLeases leases) {
        this.transactions = transactions;
        this.leases = leases;
    }

    @Override
    public Set<String> taking(Collection<String> drivers) throws LedgerException {
        return transactions.run(tx -> {
            Set<String> taking = new TreeSet<>();
            for (String driver : drivers) {
                if (takes(tx, driver)) {
                    taking.add(driver);
                }
            }
            return taking;
        });
    }

    private static boolean takes(Tx tx, String driver) throws StatementException, InterruptedException {
        Long shipped = JdbcOverview.lastShipped(tx, driver);
        return tx.query(JdbcRetries.RECENT, "uploader:" + driver, shipped == null ? 0 : shipped).stream()
                        .filter(attempt -> attempt.text("code").startsWith(OF_DESTINATIONS))
                        .count()
                < FAILURES;
    }

    @Override
    public List<Payload> among(Collection<String> spoolFiles, Collection<String> drivers, Collection<String> taking)
            throws LedgerException {
        return transactions.run(tx -> {
            List<Payload> idle = new ArrayList<>();
            for (List<String> some : Tx.chunks(List.copyOf(spoolFiles))) {
                idle.addAll(idle(tx, "p.spool_file IN (" + Tx.marks(some.size()) + ")", some, drivers, taking));
            }
            return idle;
        });
    }

    private static List<Payload> idle(
            Tx tx, String which, Collection<?> values, Collection<String> drivers, Collection<String> taking)
            throws StatementException, InterruptedException {
        String copy = "EXISTS (SELECT 1 FROM offsite_copy c WHERE c.version_id = p.version_id AND ";
        String wanted =
                taking.isEmpty() ? "" : " OR (c.state = 'PENDING' AND c.driver IN (" + Tx.marks(taking.size()) + "))";
        List<Object> parameters = new ArrayList<>(values);
        parameters.addAll(drivers);
        parameters.addAll(taking);
        return tx
                .query(
                        "SELECT " + Sealing.PAYLOAD + " FROM offsite_payload p WHERE " + which + " AND " + copy
                                + "c.state = 'VERIFIED' AND c.driver IN (" + Tx.marks(drivers.size())
                                // what cannot be read back is no source
                                + ") AND NOT EXISTS (SELECT 1 FROM offsite_doubt d WHERE d.copy_id = c.id)) AND "
                                + copy + "c.state = 'PENDING') AND NOT " + copy
                                + "(c.state IN ('CORRUPT', 'MISSING')" + wanted + ")) ORDER BY p.id",
                        parameters.toArray())
                .stream()
                .map(Rows::payload)
                .toList();
    }

    @Override
    public Set<String> waitedFor(Collection<String> spoolFiles) throws LedgerException {
        return transactions.run(tx -> {
            Set<String> drivers = new TreeSet<>();
            for (List<String> some : Tx.chunks(List.copyOf(spoolFiles))) {
                tx.query(
                                "SELECT DISTINCT c.driver AS driver FROM offsite_payload p JOIN offsite_copy c "
                                        + "ON c.version_id = p.version_id WHERE c.state = 'PENDING' AND p.spool_file IN ("
                                        + Tx.marks(some.size()) + ")",
                                some.toArray())
                        .forEach(row -> drivers.add(row.text("driver")));
            }
            return drivers;
        });
    }

    @Override
    public boolean giveUp(Payload payload, Collection<String> drivers, Collection<String> taking)
            throws LedgerException {
        return transactions.run(tx -> giveUp(tx, payload, drivers, taking));
    }

    private boolean giveUp(Tx tx, Payload payload, Collection<String> drivers, Collection<String> taking)
            throws StatementException, InterruptedException {
        tx.query("SELECT id FROM offsite_version WHERE id = ? FOR UPDATE", payload.versionId());
        // locked: whoever damages one meanwhile ends before this, or finds no payload
        List<SqlRow> copies =
                tx.query("SELECT id FROM offsite_copy WHERE version_id = ? FOR UPDATE", payload.versionId());
        Set<String> leased = leases.heldByTheLiving(tx);
        if (idle(tx, "p.id = ?", List.of(payload.id()), drivers, taking).isEmpty()
                || copies.stream().anyMatch(copy -> leased.contains("copy:" + copy.number("id")))) {
            return false;
        }
        // without a due time it would never be overdue
        tx.update(
                "UPDATE offsite_version SET due_at = ? WHERE id = ? AND state = 'SEALED'",
                tx.now(),
                payload.versionId());
        return tx.changes("DELETE FROM offsite_payload WHERE id = ?", payload.id());
    }
}
