package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** The life of a version after it was recorded: sealed, failed, superseded, queued again. */
final class Sealing {
    private final CopyRows copies;
    private final JournalRows journal;
    private final Supplier<@Nullable String> keyId;

    /** @param keyId that of the passphrase that this process encrypts with, or null */
    Sealing(CopyRows copies, JournalRows journal, Supplier<@Nullable String> keyId) {
        this.copies = copies;
        this.journal = journal;
        this.keyId = keyId;
    }

    /** What the encryptor made, as the ledger's caller gives it. */
    record Sealed(String sha256, String spoolFile, String payloadSha256, long payloadSize, boolean encrypted) {
        boolean is(Payload payload) {
            return payload.spoolFile().equals(spoolFile) && payload.sha256().equals(payloadSha256);
        }
    }

    static Optional<Version> version(Tx tx, long id) throws SqlTrouble, InterruptedException {
        return tx.first("SELECT " + Settling.COLUMNS + " FROM offsite_version WHERE id = ?", id)
                .map(Rows::version);
    }

    static Optional<Version> lock(Tx tx, long id) throws SqlTrouble, InterruptedException {
        return tx.first("SELECT " + Settling.COLUMNS + " FROM offsite_version WHERE id = ? FOR UPDATE", id)
                .map(Rows::version);
    }

    static Optional<Payload> payloadOf(Tx tx, long versionId) throws SqlTrouble, InterruptedException {
        return tx.first(
                        "SELECT id, version_id, spool_file, sha256, size_bytes, encrypted FROM offsite_payload WHERE version_id = ?",
                        versionId)
                .map(Rows::payload);
    }

    static Optional<Payload> payload(Tx tx, long payloadId) throws SqlTrouble, InterruptedException {
        return tx.first(
                        "SELECT id, version_id, spool_file, sha256, size_bytes, encrypted FROM offsite_payload WHERE id = ?",
                        payloadId)
                .map(Rows::payload);
    }

    Optional<Payload> sealed(Tx tx, long versionId, Sealed sealed) throws SqlTrouble, InterruptedException {
        if (!sealed.encrypted() && encryptsNow(tx, versionId)) {
            return Optional.empty();
        }
        long now = tx.now();
        boolean first = tx.changes(
                "UPDATE offsite_version SET state = 'SEALED', sha256 = ?, due_at = ?, error_code = NULL, error = NULL "
                        + "WHERE id = ? AND state = 'SETTLED'",
                sealed.sha256(),
                now,
                versionId);
        if (first) {
            tx.update("DELETE FROM offsite_payload WHERE version_id = ?", versionId);
        } else {
            // other bytes under the same size and mtime are not the archive that was sealed; the update also locks the
            // row
            boolean same = tx.changes(
                    "UPDATE offsite_version SET sha256 = ?, error_code = NULL, error = NULL "
                            // one that was adopted from Heratio does not know its hash yet
                            + "WHERE id = ? AND state = 'SEALED' AND (sha256 = ? OR sha256 IS NULL)",
                    sealed.sha256(),
                    versionId,
                    sealed.sha256());
            if (!same) {
                return Optional.empty();
            }
            Optional<Payload> present = payloadOf(tx, versionId);
            if (present.isPresent()) {
                return present.filter(sealed::is);
            }
        }
        tx.update(
                "INSERT INTO offsite_payload (version_id, spool_file, sha256, size_bytes, encrypted, key_id) VALUES (?, ?, ?, ?, ?, ?)",
                versionId,
                sealed.spoolFile(),
                sealed.payloadSha256(),
                sealed.payloadSize(),
                Rows.flag(sealed.encrypted()),
                sealed.encrypted() ? keyOf(tx, versionId, sealed) : null);
        tx.update(
                "UPDATE offsite_copy SET due_at = ? WHERE version_id = ? AND state IN ('PENDING', 'CORRUPT', 'MISSING')",
                now,
                versionId);
        String path = version(tx, versionId).orElseThrow().path();
        journal.write(
                tx,
                Kind.SEALED,
                JournalRows.About.version(path, versionId),
                (first ? "" : "again, ") + sealed.payloadSize() + " bytes" + (sealed.encrypted() ? ", encrypted" : ""));
        return payloadOf(tx, versionId);
    }

    /**
     * Whether a payload in clear comes too late: while it was made, a copy came to wait for which nobody had asked that. With the row
     * locked, none comes to wait before this transaction is through.
     */
    private boolean encryptsNow(Tx tx, long versionId) throws SqlTrouble, InterruptedException {
        return keyId.get() != null && !lock(tx, versionId).map(Version::plain).orElse(false);
    }

    /** A payload that was fetched from another copy has that one's key. */
    private @Nullable String keyOf(Tx tx, long versionId, Sealed sealed) throws SqlTrouble, InterruptedException {
        Optional<SqlRow> same = tx.first(
                "SELECT key_id FROM offsite_copy WHERE version_id = ? AND sha256 = ?",
                versionId,
                sealed.payloadSha256());
        return same.isPresent() ? same.get().textOrNull("key_id") : keyId.get();
    }

    /** The key id of a payload, as it was noted when it was sealed. */
    static @Nullable String keyId(Tx tx, Payload payload) throws SqlTrouble, InterruptedException {
        return tx.first(
                        "SELECT key_id FROM offsite_payload WHERE version_id = ? AND sha256 = ?",
                        payload.versionId(),
                        payload.sha256())
                .map(row -> row.textOrNull("key_id"))
                .orElse(null);
    }

    boolean supersede(Tx tx, long versionId) throws SqlTrouble, InterruptedException {
        Optional<Version> version = version(tx, versionId).filter(v -> v.state() == VersionState.SETTLED);
        if (version.isEmpty()) {
            return false;
        }
        JournalRows.About about = JournalRows.About.version(version.get().path(), versionId);
        if (Settling.supersede(tx, versionId)) {
            journal.write(tx, Kind.SUPERSEDED, about, "the archive changed before it was sealed");
            return true;
        }
        // sealed once, and to be shipped again by force: what lies at the destinations keeps its name
        boolean back = tx.changes(
                "UPDATE offsite_version SET state = 'SEALED' WHERE id = ? AND state = 'SETTLED' AND (sha256 IS NOT NULL OR EXISTS "
                        + Settling.SHIPPED + ")",
                versionId);
        if (back) {
            tx.update(
                    "UPDATE offsite_copy SET state = 'REPLICATED', due_at = ? "
                            + "WHERE version_id = ? AND state = 'PENDING' AND replicated_at IS NOT NULL",
                    tx.now(),
                    versionId);
            copies.failPending(
                    tx,
                    versionId,
                    version.get().path(),
                    new Failure(
                            ErrorCode.ARCHIVE_CHANGED, "the archive changed before this version was shipped", null));
            journal.write(tx, Kind.SUPERSEDED, about, "the archive changed before it was shipped again");
        }
        return back;
    }

    boolean fail(Tx tx, long versionId, Failure failure) throws SqlTrouble, InterruptedException {
        Optional<Version> version = version(tx, versionId);
        if (version.isEmpty()) {
            return false;
        }
        JournalRows.About about = JournalRows.About.version(version.get().path(), versionId);
        boolean known = version.get().state() == VersionState.FAILED
                && failure.code().name().equals(version.get().errorCode());
        boolean failed = tx.changes(
                "UPDATE offsite_version SET state = 'FAILED', error_code = ?, error = ? WHERE id = ? AND state IN ('SETTLED', 'FAILED')",
                failure.code().name(),
                Rows.error(failure),
                versionId);
        if (failed) {
            if (copies.failPending(tx, versionId, version.get().path(), failure) > 0 || !known) {
                journal.write(tx, Kind.GIVEN_UP, about, failure);
            }
            return true;
        }
        // a sealed version whose payload is gone and cannot be made again: other copies of it may be well
        boolean stranded = tx.changes(
                        "UPDATE offsite_version SET error_code = error_code WHERE id = ? AND state = 'SEALED'",
                        versionId)
                && payloadOf(tx, versionId).isEmpty();
        boolean given = stranded && copies.failPending(tx, versionId, version.get().path(), failure) > 0;
        if (given) {
            journal.write(tx, Kind.GIVEN_UP, about, failure);
        }
        return given;
    }

    void requeue(Tx tx, long versionId, Collection<String> drivers, boolean force, boolean plain)
            throws SqlTrouble, InterruptedException {
        // two that wish for different copies must know of each other
        Optional<Version> found = lock(tx, versionId).filter(v -> v.state() != VersionState.SUPERSEDED);
        if (found.isEmpty()) {
            return;
        }
        boolean changed = pend(tx, versionId, drivers, force, plain);
        boolean pending = tx.first(
                        "SELECT id FROM offsite_copy WHERE version_id = ? AND state = 'PENDING' LIMIT 1", versionId)
                .isPresent();
        if (pending) {
            Settling.wish(tx, versionId, found.get().plain());
        }
        if (pending && force) {
            overwrites(tx, versionId);
        }
        changed |= settleAgain(tx, versionId, pending);
        if (changed) {
            journal.write(
                    tx,
                    Kind.REQUESTED,
                    JournalRows.About.version(found.get().path(), versionId),
                    "queued again" + (force ? ", by force" : "")
                            + (drivers.isEmpty() ? "" : ", for " + String.join(", ", drivers)));
        }
    }

    /** What was shipped once is shipped again, whole by the rules in force or not. */
    static void overwrites(Tx tx, long versionId) throws SqlTrouble, InterruptedException {
        tx.update("UPDATE offsite_version SET overwrites = 1 WHERE id = ?", versionId);
    }

    /** @param pending whether a copy waits for a payload, which has to be made if it is not there */
    static boolean settleAgain(Tx tx, long versionId, boolean pending) throws SqlTrouble, InterruptedException {
        String from = pending && payloadOf(tx, versionId).isEmpty() ? "('FAILED', 'SEALED')" : "('FAILED')";
        return tx.changes(
                "UPDATE offsite_version SET state = 'SETTLED', due_at = ?, error_code = NULL, error = NULL "
                        + "WHERE id = ? AND state IN " + from,
                tx.now(),
                versionId);
    }

    static int plainPayloadsUnwanted(Tx tx) throws SqlTrouble, InterruptedException {
        return tx.update(
                "DELETE FROM offsite_payload WHERE encrypted = 0 AND version_id IN "
                        + "(SELECT id FROM offsite_version WHERE plain = 0) AND EXISTS "
                        + "(SELECT 1 FROM offsite_copy c WHERE c.version_id = offsite_payload.version_id AND c.state = 'PENDING')");
    }

    /** Returns whether a copy that was not pending is. */
    private static boolean pend(Tx tx, long versionId, Collection<String> drivers, boolean force, boolean plain)
            throws SqlTrouble, InterruptedException {
        if (drivers.isEmpty()) {
            return false;
        }
        List<Object> parameters = new ArrayList<>(List.of(tx.now(), versionId));
        parameters.addAll(drivers);
        boolean pending = tx.changes(
                "UPDATE offsite_copy SET state = 'PENDING', repairs = 0, due_at = ?, error_code = NULL, error = NULL "
                        + "WHERE version_id = ? AND driver IN (" + Tx.marks(drivers.size()) + ") AND state IN ("
                        + (force ? "'REPLICATED', 'VERIFIED', " : "") + "'FAILED', 'CORRUPT', 'MISSING')",
                parameters.toArray());
        parameters.set(0, Rows.flag(plain));
        tx.update(
                "UPDATE offsite_copy SET plain = ? WHERE version_id = ? AND driver IN (" + Tx.marks(drivers.size())
                        + ") AND state = 'PENDING'",
                parameters.toArray());
        return pending;
    }
}
