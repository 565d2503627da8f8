package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.jspecify.annotations.Nullable;

/** What the life of versions and the life of copies both do with rows of copies. */
final class CopyRows {
    static final String COLUMNS =
            "id, version_id, driver, state, remote_path, sha256, size_bytes, encrypted, plain, repairs, "
                    + "intended_path, intended_sha256, intended_encrypted, "
                    + "replicated_at, proved_at, error_code, error";

    private final PublicLedger publicLedger;

    CopyRows(PublicLedger publicLedger) {
        this.publicLedger = publicLedger;
    }

    /**
     * Makes the copies that do not exist yet: pending, or failed at once, when the version itself has. None where Heratio says that it
     * shipped the archive and nobody has looked yet: it would be shipped again.
     *
     * @param plain whether somebody asked for them to be shipped without encryption
     * @return whether there were any
     */
    boolean add(
            Tx tx, long versionId, String path, Collection<String> drivers, boolean plain, @Nullable Failure failure)
            throws SqlTrouble, InterruptedException {
        Set<String> missing = new HashSet<>(drivers);
        for (SqlRow row : tx.query("SELECT driver FROM offsite_copy WHERE version_id = ?", versionId)) {
            missing.remove(row.text("driver"));
        }
        if (missing.isEmpty()) {
            return false;
        }
        long now = tx.now();
        Set<String> made = new HashSet<>();
        for (String driver : missing) {
            if (OpenClaims.withhold(tx, path, driver)) {
                continue;
            }
            made.add(driver);
            tx.update(
                    "INSERT INTO offsite_copy (version_id, driver, state, remote_path, size_bytes, encrypted, plain, repairs, due_at, "
                            + "error_code, error) VALUES (?, ?, ?, '', 0, 0, ?, 0, ?, ?, ?)",
                    versionId,
                    driver,
                    (failure == null ? CopyState.PENDING : CopyState.FAILED).name(),
                    Rows.flag(plain),
                    now,
                    failure == null ? null : failure.code().name(),
                    failure == null ? null : Rows.error(failure));
        }
        if (failure != null) {
            showFailed(tx, versionId, path, made, failure);
        }
        return !made.isEmpty();
    }

    /** PENDING → FAILED for all copies of a version, with their public rows; how many there were. */
    int failPending(Tx tx, long versionId, String path, Failure failure) throws SqlTrouble, InterruptedException {
        Set<String> failed = new HashSet<>();
        for (SqlRow row : tx.query(
                "SELECT driver FROM offsite_copy WHERE version_id = ? AND state = 'PENDING' FOR UPDATE", versionId)) {
            failed.add(row.text("driver"));
        }
        tx.update(
                "UPDATE offsite_copy SET state = 'FAILED', error_code = ?, error = ? WHERE version_id = ? AND state = 'PENDING'",
                failure.code().name(),
                Rows.error(failure),
                versionId);
        showFailed(tx, versionId, path, failed, failure);
        return failed.size();
    }

    private void showFailed(Tx tx, long versionId, String path, Set<String> drivers, Failure failure)
            throws SqlTrouble, InterruptedException {
        for (Copy copy : of(tx, versionId)) {
            if (drivers.contains(copy.driver())) {
                publicLedger.failed(tx, shown(copy, path), failure);
            }
        }
    }

    static List<Copy> of(Tx tx, long versionId) throws SqlTrouble, InterruptedException {
        List<Copy> copies = new ArrayList<>();
        for (SqlRow row :
                tx.query("SELECT " + COLUMNS + " FROM offsite_copy WHERE version_id = ? ORDER BY driver", versionId)) {
            copies.add(Rows.copy(row));
        }
        return copies;
    }

    static Optional<Copy> byId(Tx tx, long copyId) throws SqlTrouble, InterruptedException {
        return tx.first("SELECT " + COLUMNS + " FROM offsite_copy WHERE id = ?", copyId)
                .map(Rows::copy);
    }

    /** A copy, and the path of its archive. */
    record Located(Copy copy, String path) {
        JournalRows.About about() {
            return new JournalRows.About(path, copy.versionId(), copy.id(), copy.driver());
        }

        PublicLedger.Shown shown() {
            return CopyRows.shown(copy, path);
        }
    }

    static Optional<Located> located(Tx tx, long copyId) throws SqlTrouble, InterruptedException {
        Optional<SqlRow> row = tx.first(
                "SELECT v.path AS path, c.* FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id WHERE c.id = ?",
                copyId);
        return row.map(found -> new Located(Rows.copy(found), found.text("path")));
    }

    static PublicLedger.Shown shown(Copy copy, String path) {
        return new PublicLedger.Shown(
                copy.id(), path, copy.driver(), copy.remotePath(), copy.sha256(), copy.size(), copy.encrypted());
    }

    /** The failure that an error code and an error column were written from, near enough to be written again. */
    static Failure failure(@Nullable String code, @Nullable String error) {
        ErrorCode known = ErrorCode.UNEXPECTED;
        for (ErrorCode candidate : ErrorCode.values()) {
            if (candidate.name().equals(code)) {
                known = candidate;
            }
        }
        return new Failure(known, error == null ? "the archive could not be shipped" : error, null);
    }
}
