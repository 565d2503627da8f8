package org.heratio.offsite.ledger.jdbc;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Arrival;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Settled;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.Versions;

/** Runs what {@link Settling}, {@link Sealing} and {@link Requeuing} do to versions in transactions. */
final class JdbcVersions implements Versions {
    private static final String KNOWN = "v.id AS id, COALESCE(v.same_as, v.id) AS holder, v.path AS path, "
            + "v.size_bytes AS size_bytes, v.mtime_nanos AS mtime_nanos, v.ctime_nanos AS ctime_nanos, v.state AS state";

    private final Transactions transactions;
    private final Settling settling;
    private final Sealing sealing;
    private final Requeuing requeuing;

    JdbcVersions(Transactions transactions, Settling settling, Sealing sealing, Requeuing requeuing) {
        this.transactions = transactions;
        this.settling = settling;
        this.sealing = sealing;
        this.requeuing = requeuing;
    }

    @Override
    public Map<String, KnownArchive> newest() throws LedgerException {
        return transactions.run(JdbcVersions::newest);
    }

    @Override
    public Map<String, KnownArchive> newest(Collection<String> paths) throws LedgerException {
        List<String> hashes = paths.stream().map(Digests::ofText).distinct().toList();
        return transactions.run(tx -> {
            Map<String, KnownArchive> newest = new HashMap<>();
            for (List<String> some : Tx.chunks(hashes)) {
                newest.putAll(newestOf(tx, some));
            }
            return newest;
        });
    }

    private static Map<String, KnownArchive> newest(Tx tx) throws StatementException, InterruptedException {
        KnownCopies copies = new KnownCopies();
        copies.add(tx.query("SELECT version_id, driver, state, claimed FROM offsite_copy"));
        return archives(
                tx.query("SELECT " + KNOWN + " FROM offsite_version v "
                        + "WHERE v.state <> 'SUPERSEDED' ORDER BY v.newest_at, v.id"),
                copies);
    }

    private static Map<String, KnownArchive> newestOf(Tx tx, List<String> pathHashes)
            throws StatementException, InterruptedException {
        List<SqlRow> versions = tx.query(
                "SELECT " + KNOWN
                        + " FROM (SELECT path_hash, MAX(newest_at) AS newest_at FROM offsite_version WHERE path_hash IN ("
                        + Tx.marks(pathHashes.size()) + ") AND state <> 'SUPERSEDED' GROUP BY path_hash) n "
                        + "JOIN offsite_version v ON v.path_hash = n.path_hash AND v.newest_at = n.newest_at "
                        + "WHERE v.state <> 'SUPERSEDED' ORDER BY v.id",
                pathHashes.toArray());
        KnownCopies copies = new KnownCopies();
        if (!versions.isEmpty()) {
            List<Long> ids = versions.stream()
                    .map(row -> row.number("holder"))
                    .distinct()
                    .toList();
            copies.add(tx.query(
                    "SELECT version_id, driver, state, claimed FROM offsite_copy WHERE version_id IN ("
                            + Tx.marks(ids.size()) + ")",
                    ids.toArray()));
        }
        return archives(versions, copies);
    }

    /** @param versions the newest of a path last */
    private static Map<String, KnownArchive> archives(List<SqlRow> versions, KnownCopies copies) {
        Map<String, KnownArchive> newest = new LinkedHashMap<>();
        for (SqlRow row : versions) {
            String path = row.text("path");
            newest.put(
                    path,
                    new KnownArchive(
                            row.number("id"),
                            row.number("holder"),
                            path,
                            row.number("size_bytes"),
                            row.number("mtime_nanos"),
                            row.number("ctime_nanos"),
                            VersionState.valueOf(row.text("state")),
                            copies.states(row.number("holder")),
                            copies.claimed(row.number("holder"))));
        }
        return newest;
    }

    /** The states of copies by version and driver. */
    private static final class KnownCopies {
        private final Map<Long, Map<String, CopyState>> states = new HashMap<>();
        private final Map<Long, Set<String>> claimed = new HashMap<>();

        void add(List<SqlRow> copies) {
            for (SqlRow row : copies) {
                states.computeIfAbsent(row.number("version_id"), id -> new HashMap<>())
                        .put(row.text("driver"), CopyState.valueOf(row.text("state")));
                if (row.flag("claimed")) {
                    claimed.computeIfAbsent(row.number("version_id"), id -> new HashSet<>())
                            .add(row.text("driver"));
                }
            }
        }

        Map<String, CopyState> states(long versionId) {
            return states.getOrDefault(versionId, Map.of());
        }

        Set<String> claimed(long versionId) {
            return claimed.getOrDefault(versionId, Set.of());
        }
    }

    @Override
    public Optional<Version> find(long versionId) throws LedgerException {
        return transactions.run(tx -> Sealing.version(tx, versionId));
    }

    @Override
    public Map<Long, Version> find(Collection<Long> versionIds) throws LedgerException {
        return transactions.run(tx -> find(tx, versionIds));
    }

    private static Map<Long, Version> find(Tx tx, Collection<Long> versionIds)
            throws StatementException, InterruptedException {
        Map<Long, Version> found = new HashMap<>();
        for (List<Long> some : Tx.chunks(versionIds.stream().distinct().toList())) {
            for (SqlRow row : tx.query(
                    "SELECT " + Settling.COLUMNS + " FROM offsite_version WHERE id IN (" + Tx.marks(some.size()) + ")",
                    some.toArray())) {
                found.put(row.number("id"), Rows.version(row));
            }
        }
        return found;
    }

    @Override
    public Settled settle(Arrival arrival) throws LedgerException {
        return transactions.runShort(tx -> settle(tx, arrival));
    }

    private Settled settle(Tx tx, Arrival arrival) throws StatementException, InterruptedException {
        boolean allPlain = arrival.encrypted().isEmpty() && !arrival.plain().isEmpty();
        // those first that get it encrypted: they share a payload
        Settling.Recorded recorded = settling.settle(
                tx, arrival.file(), arrival.landedAt(), allPlain ? arrival.plain() : arrival.encrypted(), allPlain);
        boolean simple = recorded.created() && !arrival.force();
        if (!allPlain && !arrival.plain().isEmpty()) {
            recorded = settling.settle(tx, arrival.file(), arrival.landedAt(), arrival.plain(), true);
            simple = false;
        }
        Version version = recorded.version();
        if (arrival.force()) {
            requeuing.requeue(tx, version.id(), arrival.encrypted(), arrival.plain(), true);
        }
        return new Settled(
                version,
                simple ? recorded.firstTasks() : PendingWorkQueries.of(tx, version.holder(), arrival.drivers()));
    }

    @Override
    public void learnChangeTimes(Map<Long, Long> ctimeNanos) throws LedgerException {
        for (List<Map.Entry<Long, Long>> some : Tx.chunks(List.copyOf(ctimeNanos.entrySet()))) {
            transactions.execute(tx -> {
                for (Map.Entry<Long, Long> each : some) {
                    VersionIdentity.learn(tx, each.getKey(), each.getValue());
                }
            });
        }
    }

    @Override
    public Version reject(ArchiveFile file, Collection<String> drivers, Failure failure) throws LedgerException {
        return transactions.run(
                tx -> settling.reject(tx, file, drivers, failure).version());
    }

    @Override
    public void requeue(long versionId, Collection<String> drivers, boolean force, boolean plain)
            throws LedgerException {
        transactions.execute(tx -> requeuing.requeue(tx, versionId, drivers, force, plain));
    }

    @Override
    public boolean supersede(long versionId) throws LedgerException {
        return transactions.run(tx -> sealing.supersede(tx, versionId));
    }

    @Override
    public boolean fail(long versionId, Failure failure) throws LedgerException {
        return transactions.run(tx -> sealing.fail(tx, versionId, failure));
    }
}
