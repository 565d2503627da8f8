package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.ledger.SealResult;
import org.heratio.offsite.ledger.SealedPayload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** The life of a version after it was recorded: sealed, failed, superseded. {@link Requeuing} queues it again. */
final class Sealing {
    /** Columns of a payload. */
    static final String PAYLOAD = "id, version_id, spool_file, sha256, size_bytes, encrypted";

    private final CopyRows copies;
    private final JournalRows journal;
    private final Supplier<@Nullable String> keyId;

    /** @param keyId that of the passphrase that this process encrypts with, or null */
    Sealing(CopyRows copies, JournalRows journal, Supplier<@Nullable String> keyId) {
        this.copies = copies;
        this.journal = journal;
        this.keyId = keyId;
    }

    static Optional<Version> version(Tx tx, long id) throws StatementException, InterruptedException {
        return tx.first("SELECT " + Settling.COLUMNS + " FROM offsite_version WHERE id = ?", id)
                .map(Rows::version);
    }

    static Optional<Version> lock(Tx tx, long id) throws StatementException, InterruptedException {
        return tx.first("SELECT " + Settling.COLUMNS + " FROM offsite_version WHERE id = ? FOR UPDATE", id)
                .map(Rows::version);
    }

    static Optional<Payload> payloadOf(Tx tx, long versionId) throws StatementException, InterruptedException {
        return tx.first("SELECT " + PAYLOAD + " FROM offsite_payload WHERE version_id = ?", versionId)
                .map(Rows::payload);
    }

    static Optional<Payload> payload(Tx tx, long payloadId) throws StatementException, InterruptedException {
        return tx.first("SELECT " + PAYLOAD + " FROM offsite_payload WHERE id = ?", payloadId)
                .map(Rows::payload);
    }

    SealResult sealed(Tx tx, long versionId, SealedPayload sealed) throws StatementException, InterruptedException {
        if (!sealed.encrypted() && encryptsNow(tx, versionId)) {
            return new SealResult(false, payloadOf(tx, versionId), List.of());
        }
        String now = tx.dialect().nowMillis();
        boolean first = tx.changes(
                "UPDATE offsite_version SET state = 'SEALED', sha256 = ?, due_at = " + now
                        + ", error_code = NULL, error = NULL WHERE id = ? AND state = 'SETTLED'",
                sealed.archiveSha256(),
                versionId);
        if (!first) {
            // other bytes than those that were sealed are never this version; the update also locks the row
            boolean same = tx.changes(
                    "UPDATE offsite_version SET sha256 = ?, error_code = NULL, error = NULL "
                            // one that was adopted from Heratio does not know its hash yet
                            + "WHERE id = ? AND state = 'SEALED' AND (sha256 = ? OR sha256 IS NULL)",
                    sealed.archiveSha256(),
                    versionId,
                    sealed.archiveSha256());
            SealResult present = result(tx, versionId, sealed);
            if (!same || present.payload().isPresent()) {
                return same ? present : new SealResult(false, present.payload(), present.tasks());
            }
        }
        Before before = before(tx, versionId, sealed);
        if (before.hasPayload()) {
            tx.update("DELETE FROM offsite_payload WHERE version_id = ?", versionId);
        }
        tx.update(
                "INSERT INTO offsite_payload (version_id, spool_file, sha256, size_bytes, encrypted, key_id) VALUES (?, ?, ?, ?, ?, ?)",
                versionId,
                sealed.spoolFile(),
                sealed.sha256(),
                sealed.size(),
                Rows.flag(sealed.encrypted()),
                sealed.encrypted() ? before.keyId() : null);
        tx.update(
                "UPDATE offsite_copy SET due_at = " + now
                        + " WHERE version_id = ? AND state IN ('PENDING', 'CORRUPT', 'MISSING')",
                versionId);
        String unchecked = sealed.unchecked();
        if (unchecked != null) {
            tx.update("DELETE FROM offsite_unchecked WHERE version_id = ?", versionId);
            tx.update("INSERT INTO offsite_unchecked (version_id, detail) VALUES (?, ?)", versionId, unchecked);
        }
        Outlook outlook = outlook(tx, versionId);
        journal.write(
                tx,
                Kind.SEALED,
                JournalRows.About.version(outlook.path(), versionId),
                (first ? "" : "again, ") + sealed.size() + " bytes" + (sealed.encrypted() ? ", encrypted" : "")
                        + (unchecked == null ? "" : "; not checked: " + unchecked));
        return new SealResult(true, outlook.payload(), outlook.tasks());
    }

    /** Says what the version has now that the payload was not recorded. */
    private static SealResult result(Tx tx, long versionId, SealedPayload sealed)
            throws StatementException, InterruptedException {
        Outlook outlook = outlook(tx, versionId);
        boolean taken = outlook.payload()
                .filter(payload -> payload.spoolFile().equals(sealed.spoolFile())
                        && payload.sha256().equals(sealed.sha256()))
                .isPresent();
        return new SealResult(taken, outlook.payload(), outlook.tasks());
    }

    /** A version's payload and the work that follows from it. */
    private record Outlook(String path, Optional<Payload> payload, List<PendingTask> tasks) {}

    private static Outlook outlook(Tx tx, long versionId) throws StatementException, InterruptedException {
        List<SqlRow> rows = tx.query(
                "SELECT v.path AS path, v.state AS state, " + SqlRow.columns("p", PAYLOAD) + ", "
                        + SqlRow.columns("c", "id, driver, state, claimed") + " FROM offsite_version v "
                        + "LEFT JOIN offsite_payload p ON p.version_id = v.id "
                        + "LEFT JOIN offsite_copy c ON c.version_id = v.id AND c.state IN ('PENDING', 'REPLICATED') "
                        + "WHERE v.id = ? ORDER BY c.id",
                versionId);
        if (rows.isEmpty()) {
            return new Outlook("", Optional.empty(), List.of());
        }
        String path = rows.get(0).text("path");
        boolean sealed = rows.get(0).text("state").equals(VersionState.SEALED.name());
        Optional<Payload> payload =
                Optional.ofNullable(Rows.payloadOrNull(rows.get(0).of("p")));
        List<PendingTask> tasks = new ArrayList<>();
        for (SqlRow row : rows) {
            SqlRow copy = row.of("c");
            Long copyId = copy.numberOrNull("id");
            if (copyId == null) {
                continue;
            }
            if (copy.text("state").equals("REPLICATED")) {
                if (!copy.flag("claimed")) {
                    tasks.add(
                            new PendingTask(PendingTask.Kind.VERIFY, versionId, path, copyId, 0, copy.text("driver")));
                }
            } else if (sealed && payload.isPresent()) {
                tasks.add(new PendingTask(
                        PendingTask.Kind.UPLOAD,
                        versionId,
                        path,
                        copyId,
                        payload.get().id(),
                        copy.text("driver")));
            }
        }
        return new Outlook(path, payload, tasks);
    }

    /**
     * Returns whether an unencrypted payload is no longer wanted: a copy that has to be encrypted was added while the payload was made. This
     * locks the row, so that no such copy is added before the transaction ends.
     */
    private boolean encryptsNow(Tx tx, long versionId) throws StatementException, InterruptedException {
        return keyId.get() != null && !lock(tx, versionId).map(Version::plain).orElse(false);
    }

    /** @param keyId the key that the payload is encrypted with */
    private record Before(boolean hasPayload, @Nullable String keyId) {}

    /** A payload that was fetched from another copy has that one's key. */
    private Before before(Tx tx, long versionId, SealedPayload sealed) throws StatementException, InterruptedException {
        List<SqlRow> rows = tx.query(
                "SELECT p.id AS payload_id, c.id AS copy_id, c.key_id AS key_id FROM offsite_version v "
                        + "LEFT JOIN offsite_payload p ON p.version_id = v.id "
                        + "LEFT JOIN offsite_copy c ON c.version_id = v.id AND c.sha256 = ? WHERE v.id = ?",
                sealed.sha256(),
                versionId);
        SqlRow row = rows.get(0);
        return new Before(
                row.numberOrNull("payload_id") != null,
                row.numberOrNull("copy_id") == null ? keyId.get() : row.textOrNull("key_id"));
    }

    boolean supersede(Tx tx, long versionId) throws StatementException, InterruptedException {
        Optional<Version> version = version(tx, versionId).filter(v -> v.state() == VersionState.SETTLED);
        if (version.isEmpty()) {
            return false;
        }
        JournalRows.About about = JournalRows.About.version(version.get().path(), versionId);
        if (Settling.supersede(tx, versionId)) {
            journal.write(tx, Kind.SUPERSEDED, about, "the archive changed before it was sealed");
            return true;
        }
        if (SameBytes.rejoin(tx, version.get())) {
            journal.write(tx, Kind.SUPERSEDED, about, "the archive changed before it got copies of its own");
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
                    new Failure(
                            ErrorCode.ARCHIVE_CHANGED, "the archive changed before this version was shipped", null));
            journal.write(tx, Kind.SUPERSEDED, about, "the archive changed before it was shipped again");
        }
        return back;
    }

    boolean fail(Tx tx, long versionId, Failure failure) throws StatementException, InterruptedException {
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
        if (failed && SameBytes.rejoin(tx, version.get())) {
            journal.write(tx, Kind.GIVEN_UP, about, failure);
            return true;
        }
        if (failed) {
            if (copies.failPending(tx, versionId, failure) > 0 || !known) {
                journal.write(tx, Kind.GIVEN_UP, about, failure);
            }
            return true;
        }
        // a sealed version whose payload is gone and cannot be made again: other copies of it may be well
        boolean stranded = tx.changes(
                        "UPDATE offsite_version SET error_code = error_code WHERE id = ? AND state = 'SEALED'",
                        versionId)
                && payloadOf(tx, versionId).isEmpty();
        boolean given = stranded && copies.failPending(tx, versionId, failure) > 0;
        if (given) {
            journal.write(tx, Kind.GIVEN_UP, about, failure);
        }
        return given;
    }

    static int plainPayloadsUnwanted(Tx tx) throws StatementException, InterruptedException {
        return tx.update(
                "DELETE FROM offsite_payload WHERE encrypted = 0 AND version_id IN "
                        + "(SELECT id FROM offsite_version WHERE plain = 0) AND EXISTS "
                        + "(SELECT 1 FROM offsite_copy c WHERE c.version_id = offsite_payload.version_id AND c.state = 'PENDING')");
    }
}
