package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** How a version comes into being: recorded once per {@linkplain VersionIdentity identity}, with a name of its own. */
final class Settling {
    static final String COLUMNS =
            "id, path, relative_path, size_bytes, mtime_nanos, ctime_nanos, state, sha256, same_as, remote_name, plain, "
                    + "overwrites, landed_at, settled_at, error_code, error";

    /** A version that was adopted from Heratio has copies, and no hash. */
    static final String SHIPPED =
            "(SELECT 1 FROM offsite_copy s WHERE s.version_id = offsite_version.id AND s.replicated_at IS NOT NULL)";

    private final Clock clock;
    private final CopyRows copies;
    private final JournalRows journal;

    Settling(Clock clock, CopyRows copies, JournalRows journal) {
        this.clock = clock;
        this.copies = copies;
        this.journal = journal;
    }

    Recorded settle(Tx tx, ArchiveFile file, long landedAt, Collection<String> drivers, boolean plain)
            throws StatementException, InterruptedException {
        return record(tx, new Arrival(file, landedAt, plain, null), drivers);
    }

    Recorded reject(Tx tx, ArchiveFile file, Collection<String> drivers, Failure failure)
            throws StatementException, InterruptedException {
        return record(tx, new Arrival(file, clock.millis(), false, failure), drivers);
    }

    /**
     * A version that was recorded, or found.
     *
     * @param created whether it is new
     * @param added whether it has copies that it had not before
     */
    record Recorded(Version version, boolean created, boolean added) {
        /** Returns the unfinished work of a new version, which nobody else can know yet. */
        List<PendingTask> firstTasks() {
            return added && version.state() == VersionState.SETTLED
                    ? List.of(new PendingTask(PendingTask.Kind.SEAL, version.id(), version.path(), 0, 0, ""))
                    : List.of();
        }
    }

    private record Arrival(
            ArchiveFile file,
            long landedAt,
            boolean plain,
            @Nullable Failure failure) {
        String pathHash() {
            return Digests.ofText(file.path());
        }
    }

    private Recorded record(Tx tx, Arrival arrival, Collection<String> drivers)
            throws StatementException, InterruptedException {
        ArchiveFile file = arrival.file();
        // one version of a path after the other: who has the newest one locked gives names away, whatever the number of
        // older ones
        Optional<SqlRow> newest = tx.first(
                "SELECT id, newest_at FROM offsite_version WHERE path_hash = ? ORDER BY newest_at DESC, id DESC LIMIT 1 FOR UPDATE",
                arrival.pathHash());
        long newestAt = newest.map(row -> row.number("newest_at")).orElse(0L);
        Optional<SqlRow> same = newest.isEmpty() ? Optional.empty() : VersionIdentity.find(tx, file);
        long sameId = same.map(row -> row.number("id")).orElse(0L);
        List<Long> replaced = newest.isEmpty() ? List.of() : supersedeOthers(tx, arrival, sameId);
        long rank = Math.max(clock.millis(), newestAt + 1);
        if (same.isPresent()) {
            again(tx, arrival, same.get(), newestAt, rank);
        } else {
            insert(tx, arrival, rank);
        }
        long lockedId = newest.map(row -> row.number("id")).orElse(0L);
        Version version = newestNow(tx, arrival, newestAt, lockedId, sameId);
        for (long old : replaced) {
            RequestRows.follow(tx, old, version.id());
        }
        Failure failure =
                version.state() == VersionState.FAILED ? CopyRows.failure(version.errorCode(), version.error()) : null;
        // a version with the bytes of another one has that one's copies
        long holder = version.holder();
        Collection<String> missing = same.isEmpty() ? drivers : CopyRows.missing(tx, holder, drivers);
        boolean added = copies.add(tx, holder, version.path(), missing, arrival.plain(), failure);
        tell(tx, arrival, version, replaced, same, added ? missing : List.of());
        if (!added || same.isEmpty()) {
            return new Recorded(version, same.isEmpty(), added);
        }
        boolean plain = holder == version.id()
                ? version.plain()
                : Sealing.lock(tx, holder).orElseThrow().plain();
        applyPlainness(tx, holder, plain);
        return new Recorded(Sealing.version(tx, version.id()).orElseThrow(), false, true);
    }

    /**
     * Returns the version of the arrival, which is the newest now. Where a path had no version yet, there was none to lock, and the
     * newest one may not have been the newest any more when it was locked: another transaction may have recorded one meanwhile.
     *
     * @param sameId the version that the arrival was found to be, or 0 if it was recorded just now
     */
    private static Version newestNow(Tx tx, Arrival arrival, long newestAt, long lockedId, long sameId)
            throws StatementException, InterruptedException {
        ArchiveFile file = arrival.file();
        Optional<SqlRow> ours = Optional.empty();
        for (SqlRow row : tx.query(
                "SELECT " + COLUMNS + " FROM offsite_version WHERE path_hash = ? AND newest_at >= ?",
                arrival.pathHash(),
                newestAt)) {
            long id = row.number("id");
            if (sameId == 0 ? VersionIdentity.isOf(row, file) : id == sameId) {
                ours = Optional.of(row);
            } else if (id != lockedId) {
                throw StatementException.lostRace("another version of the path was recorded at the same moment");
            }
        }
        return Rows.version(ours.orElseThrow());
    }

    /**
     * @param same the version as it was before, if it was known
     * @param added the destinations that it had no copy at
     */
    private void tell(
            Tx tx,
            Arrival arrival,
            Version version,
            List<Long> replaced,
            Optional<SqlRow> same,
            Collection<String> added)
            throws StatementException, InterruptedException {
        List<JournalEntry> entries = new ArrayList<>();
        for (long old : replaced) {
            entries.add(journal.entry(
                    Kind.SUPERSEDED,
                    JournalRows.About.version(version.path(), old),
                    "version " + version.id() + " replaces it"));
        }
        JournalRows.About about = JournalRows.About.version(version.path(), version.id());
        if (same.isEmpty()) {
            entries.add(new JournalEntry(
                    0, arrival.landedAt(), version.path(), version.id(), 0, "", Kind.LANDED, "", null, null));
        }
        Failure failure = arrival.failure();
        String before = same.map(row -> row.text("state")).orElse("");
        if (failure != null && version.state() == VersionState.FAILED && !before.equals("FAILED")) {
            entries.add(journal.entry(Kind.GIVEN_UP, about, failure));
        } else if (failure == null && (same.isEmpty() || before.equals("SUPERSEDED"))) {
            entries.add(journal.entry(Kind.SETTLED, about, version.size() + " bytes"));
        } else {
            entries.addAll(forOthers(tx, version, added));
        }
        if (!entries.isEmpty()) {
            journal.write(tx, entries);
        }
    }

    /** Returns what tells since when the copies of added destinations wait: an entry for each, about the version that has the copies. */
    private List<JournalEntry> forOthers(Tx tx, Version version, Collection<String> added)
            throws StatementException, InterruptedException {
        List<JournalEntry> entries = new ArrayList<>();
        if (!added.isEmpty()) {
            Version holder = version.holder() == version.id()
                    ? version
                    : Sealing.version(tx, version.holder()).orElseThrow();
            for (String driver : added) {
                entries.add(journal.entry(
                        Kind.SETTLED,
                        new JournalRows.About(holder.path(), holder.id(), 0, driver),
                        "for another destination"));
            }
        }
        return entries;
    }

    /**
     * Applies what is asked now to all copies of a version that are still to be shipped, whatever their other copies were. They share one
     * payload: it is unencrypted only if that was asked for each of them.
     */
    static void applyPlainness(Tx tx, long versionId, boolean before) throws StatementException, InterruptedException {
        List<Boolean> plainness = new ArrayList<>();
        for (SqlRow row :
                tx.query("SELECT plain FROM offsite_copy WHERE version_id = ? AND state = 'PENDING'", versionId)) {
            plainness.add(row.flag("plain"));
        }
        boolean plain = !plainness.isEmpty() && !plainness.contains(false);
        if (before != plain) {
            tx.update("UPDATE offsite_version SET plain = ? WHERE id = ?", Rows.flag(plain), versionId);
            tx.update("DELETE FROM offsite_payload WHERE version_id = ?", versionId);
        } else if (!plain) {
            // made when no passphrase was set; whether there is one now, only the encryptor knows
            tx.update("DELETE FROM offsite_payload WHERE version_id = ? AND encrypted = 0", versionId);
        }
    }

    /** Supersedes older versions that were never sealed: nothing of them was shipped, and their successor takes their name. */
    private static List<Long> supersedeOthers(Tx tx, Arrival arrival, long sameId)
            throws StatementException, InterruptedException {
        List<Long> superseded = new ArrayList<>();
        for (SqlRow other : tx.query(
                "SELECT id FROM offsite_version WHERE path_hash = ? AND state IN ('SETTLED', 'FAILED') AND sha256 IS NULL AND id <> ?",
                arrival.pathHash(),
                sameId)) {
            long id = other.number("id");
            if (supersede(tx, id)) {
                superseded.add(id);
            }
        }
        return superseded;
    }

    /** SETTLED or FAILED, never sealed → SUPERSEDED, without copies. */
    static boolean supersede(Tx tx, long id) throws StatementException, InterruptedException {
        boolean superseded = tx.changes(
                "UPDATE offsite_version SET state = 'SUPERSEDED', remote_name_hash = NULL, due_at = NULL "
                        + "WHERE id = ? AND state IN ('SETTLED', 'FAILED') AND sha256 IS NULL AND NOT EXISTS "
                        + SHIPPED,
                id);
        if (superseded) {
            tx.update("DELETE FROM offsite_copy WHERE version_id = ?", id);
            tx.update("DELETE FROM offsite_payload WHERE version_id = ?", id);
        }
        return superseded;
    }

    /** The same file once more: it may have been superseded, or be an older version that came back. */
    private static void again(Tx tx, Arrival arrival, SqlRow row, long newest, long rank)
            throws StatementException, InterruptedException {
        long id = row.number("id");
        if (arrival.file().ctimeNanos() != row.number("ctime_nanos")) {
            VersionIdentity.learn(tx, id, arrival.file().ctimeNanos());
        }
        VersionState state = VersionState.valueOf(row.text("state"));
        if (state == VersionState.SUPERSEDED) {
            String name = freeName(tx, arrival.file());
            tx.update(
                    "UPDATE offsite_version SET state = 'SETTLED', remote_name = ?, remote_name_hash = ?, plain = ?, "
                            + "newest_at = ?, landed_at = ?, settled_at = ?, due_at = "
                            + tx.dialect().nowMillis()
                            + ", error_code = NULL, error = NULL "
                            + "WHERE id = ? AND state = 'SUPERSEDED'",
                    name,
                    Digests.ofText(name),
                    Rows.flag(arrival.plain()),
                    rank,
                    arrival.landedAt(),
                    rank,
                    id);
        } else if (row.number("newest_at") < newest) {
            tx.update("UPDATE offsite_version SET newest_at = ? WHERE id = ?", rank, id);
        }
        Failure failure = arrival.failure();
        if (failure != null) {
            tx.update(
                    "UPDATE offsite_version SET state = 'FAILED', error_code = ?, error = ? "
                            + "WHERE id = ? AND state IN ('SETTLED', 'FAILED')",
                    failure.code().name(),
                    Rows.error(failure),
                    id);
        }
    }

    private static void insert(Tx tx, Arrival arrival, long rank) throws StatementException, InterruptedException {
        ArchiveFile file = arrival.file();
        Failure failure = arrival.failure();
        String name = freeName(tx, file);
        tx.update(
                "INSERT INTO offsite_version (path, path_hash, relative_path, size_bytes, mtime_nanos, ctime_nanos, newest_at, "
                        + "state, remote_name, remote_name_hash, plain, overwrites, landed_at, settled_at, due_at, error_code, error) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, "
                        + tx.dialect().nowMillis() + ", ?, ?)",
                file.path(),
                arrival.pathHash(),
                file.relativePath(),
                file.size(),
                file.mtimeNanos(),
                file.ctimeNanos(),
                rank,
                (failure == null ? VersionState.SETTLED : VersionState.FAILED).name(),
                name,
                Digests.ofText(name),
                Rows.flag(arrival.plain()),
                arrival.landedAt(),
                rank,
                failure == null ? null : failure.code().name(),
                failure == null ? null : Rows.error(failure));
    }

    /** A name that another transaction takes at the same moment ends in a duplicate key, and this one looks again. */
    static String freeName(Tx tx, ArchiveFile file) throws StatementException, InterruptedException {
        Iterator<String> candidates = RemoteNaming.candidates(file.relativePath(), file.mtimeNanos());
        while (true) {
            String name = candidates.next();
            if (tx.first("SELECT id FROM offsite_version WHERE remote_name_hash = ?", Digests.ofText(name))
                    .isEmpty()) {
                return name;
            }
        }
    }
}
