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
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.Versions;

/** Runs what {@link Settling} and {@link Sealing} do to versions in transactions. */
final class JdbcVersions implements Versions {
    private final Transactions transactions;
    private final Settling settling;
    private final Sealing sealing;

    JdbcVersions(Transactions transactions, Settling settling, Sealing sealing) {
        this.transactions = transactions;
        this.settling = settling;
        this.sealing = sealing;
    }

    @Override
    public Map<String, KnownArchive> newest() throws LedgerException {
        return transactions.run(JdbcVersions::newest);
    }

    private static Map<String, KnownArchive> newest(Tx tx) throws SqlTrouble, InterruptedException {
        Map<Long, Map<String, CopyState>> copies = new HashMap<>();
        Map<Long, Set<String>> claimed = new HashMap<>();
        for (SqlRow row : tx.query("SELECT version_id, driver, state, claimed FROM offsite_copy")) {
            copies.computeIfAbsent(row.number("version_id"), id -> new HashMap<>())
                    .put(row.text("driver"), CopyState.valueOf(row.text("state")));
            if (row.flag("claimed")) {
                claimed.computeIfAbsent(row.number("version_id"), id -> new HashSet<>())
                        .add(row.text("driver"));
            }
        }
        Map<String, KnownArchive> newest = new LinkedHashMap<>();
        for (SqlRow row : tx.query("SELECT id, path, size_bytes, mtime_nanos, state FROM offsite_version "
                + "WHERE state <> 'SUPERSEDED' ORDER BY newest_at, id")) {
            long id = row.number("id");
            String path = row.text("path");
            // the newest comes last and stays
            newest.put(
                    path,
                    new KnownArchive(
                            id,
                            path,
                            row.number("size_bytes"),
                            row.number("mtime_nanos"),
                            VersionState.valueOf(row.text("state")),
                            copies.getOrDefault(id, Map.of()),
                            claimed.getOrDefault(id, Set.of())));
        }
        return newest;
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
            throws SqlTrouble, InterruptedException {
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
    public Version settle(ArchiveFile file, long landedAt, Collection<String> drivers, boolean plain)
            throws LedgerException {
        return transactions.run(tx -> settling.settle(tx, file, landedAt, drivers, plain));
    }

    @Override
    public Version reject(ArchiveFile file, Collection<String> drivers, Failure failure) throws LedgerException {
        return transactions.run(tx -> settling.reject(tx, file, drivers, failure));
    }

    @Override
    public void requeue(long versionId, Collection<String> drivers, boolean force, boolean plain)
            throws LedgerException {
        transactions.execute(tx -> Sealing.requeue(tx, versionId, drivers, force, plain));
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
