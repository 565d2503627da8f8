package org.heratio.offsite.ledger.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.heratio.offsite.files.Sizes;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.IdlePayloads;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;

/** The payloads that can make room, by queries on their copies and leases. */
final class JdbcIdlePayloads implements IdlePayloads {
    private static final String OF_DESTINATIONS = "DESTINATION";
    private static final int FAILURES = 3;

    private final Transactions transactions;
    private final JdbcLeases leases;

    JdbcIdlePayloads(Transactions transactions, JdbcLeases leases) {
        this.transactions = transactions;
        this.leases = leases;
    }

    /** The configured destinations, and those of them that take copies. */
    private record Places(Collection<String> drivers, Collection<String> taking) {}

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
    public Set<String> triedWithin(Duration time, Collection<String> spoolFiles) throws LedgerException {
        return transactions.run(tx -> {
            Set<String> drivers = new TreeSet<>();
            for (List<String> some : Tx.chunks(List.copyOf(spoolFiles))) {
                List<Object> parameters = new ArrayList<>(some);
                parameters.add(time.toMillis());
                tx.query(
                                "SELECT DISTINCT c.driver AS driver FROM offsite_payload p JOIN offsite_copy c "
                                        + "ON c.version_id = p.version_id WHERE c.state = 'PENDING' AND p.spool_file IN ("
                                        + Tx.marks(some.size()) + ") AND (c.due_at IS NULL OR c.due_at <= "
                                        + tx.dialect().nowMillis() + " + ?)",
                                parameters.toArray())
                        .forEach(row -> drivers.add(row.text("driver")));
            }
            return drivers;
        });
    }

    @Override
    public List<Payload> giveUp(
            Collection<String> spoolFiles, long bytes, Collection<String> drivers, Collection<String> taking)
            throws LedgerException {
        Places places = new Places(drivers, taking);
        return transactions.run(tx -> {
            List<Payload> chosen = choose(tx, spoolFiles, bytes, places);
            for (List<Payload> some : Tx.chunks(chosen)) {
                delete(tx, some, places);
            }
            return chosen;
        });
    }

    /** Returns idle payloads that suffice, or none. Locks nothing: {@link #delete} finds out whether they still are idle. */
    private List<Payload> choose(Tx tx, Collection<String> spoolFiles, long bytes, Places places)
            throws StatementException, InterruptedException {
        Set<String> leased = leases.heldByTheLiving(tx);
        List<Payload> chosen = new ArrayList<>();
        long size = 0;
        for (List<String> some : Tx.chunks(List.copyOf(spoolFiles))) {
            if (size >= bytes) {
                break;
            }
            List<Payload> idle = idle(tx, "p.spool_file", some, places);
            Map<Long, List<Copy>> copies =
                    CopyRows.of(tx, idle.stream().map(Payload::versionId).toList());
            for (Payload payload : idle) {
                boolean free = !leased.contains("version:" + payload.versionId())
                        && copies.getOrDefault(payload.versionId(), List.of()).stream()
                                .noneMatch(copy -> leased.contains("copy:" + copy.id()));
                if (free && size < bytes) {
                    chosen.add(payload);
                    size = Sizes.plus(size, payload.size());
                }
            }
        }
        return size < bytes ? List.of() : chosen;
    }

    private static List<Payload> idle(Tx tx, String column, Collection<?> values, Places places)
            throws StatementException, InterruptedException {
        String copy = "EXISTS (SELECT 1 FROM offsite_copy c WHERE c.version_id = p.version_id AND ";
        int taking = places.taking().size();
        String wanted = taking == 0 ? "" : " OR (c.state = 'PENDING' AND c.driver IN (" + Tx.marks(taking) + "))";
        List<Object> parameters = new ArrayList<>(values);
        parameters.addAll(places.drivers());
        parameters.addAll(places.taking());
        return tx
                .query(
                        "SELECT " + Sealing.PAYLOAD + " FROM offsite_payload p WHERE " + column + " IN ("
                                + Tx.marks(values.size()) + ") AND " + copy + "c.state = 'VERIFIED' AND c.driver IN ("
                                + Tx.marks(places.drivers().size())
                                // a copy that cannot be read back is no source
                                + ") AND NOT EXISTS (SELECT 1 FROM offsite_doubt d WHERE d.copy_id = c.id)) AND "
                                + copy + "c.state = 'PENDING') AND NOT " + copy
                                + "(c.state IN ('CORRUPT', 'MISSING')" + wanted + ")) ORDER BY p.id",
                        parameters.toArray())
                .stream()
                .map(Rows::payload)
                .toList();
    }

    /** Deletes payloads, or lets the transaction run again if one of them is no longer idle. */
    private void delete(Tx tx, List<Payload> payloads, Places places) throws StatementException, InterruptedException {
        List<Long> versions = payloads.stream().map(Payload::versionId).toList();
        List<Long> ids = payloads.stream().map(Payload::id).toList();
        String among = "IN (" + Tx.marks(payloads.size()) + ")";
        tx.query("SELECT id FROM offsite_version WHERE id " + among + " ORDER BY id FOR UPDATE", versions.toArray());
        // locked: a transaction that damages one ends before this, or finds no payload
        List<SqlRow> copies = tx.query(
                "SELECT id FROM offsite_copy WHERE version_id " + among + " ORDER BY id FOR UPDATE",
                versions.toArray());
        Set<String> things = new TreeSet<>();
        versions.forEach(version -> things.add("version:" + version));
        copies.forEach(copy -> things.add("copy:" + copy.number("id")));
        String token = UUID.randomUUID().toString();
        for (String thing : things) {
            // a worker that takes one at this moment waits for the commit, and then finds no payload
            if (!leases.take(tx, thing, token)) {
                throw StatementException.lostRace("a worker took a version or copy at the same moment");
            }
        }
        if (idle(tx, "p.id", ids, places).size() < payloads.size()) {
            throw StatementException.lostRace("a payload was needed again at the same moment");
        }
        // without a due time a version is never overdue
        List<Object> due = new ArrayList<>(List.of(tx.now()));
        due.addAll(versions);
        tx.update("UPDATE offsite_version SET due_at = ? WHERE state = 'SEALED' AND id " + among, due.toArray());
        tx.update("DELETE FROM offsite_payload WHERE id " + among, ids.toArray());
        JdbcLeases.giveBack(tx, things, token);
    }
}
