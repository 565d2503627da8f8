package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.CopyWork;
import org.heratio.offsite.ledger.VersionWork;
import org.jspecify.annotations.Nullable;

/** Statements about rows of copies that transitions of versions and of copies share. */
final class CopyRows {
    static final String COLUMNS =
            "id, version_id, driver, state, remote_path, sha256, size_bytes, encrypted, plain, repairs, "
                    + "intended_path, intended_sha256, intended_encrypted, "
                    + "replicated_at, proved_at, error_code, error";

    /** Joins the copies of a version, or of the one that has the same bytes. */
    static final String OF_HOLDER = "c.version_id = COALESCE(v.same_as, v.id)";

    private final PublicLedger publicLedger;

    CopyRows(PublicLedger publicLedger) {
        this.publicLedger = publicLedger;
    }

    /**
     * Makes the copies that do not exist yet: pending, or failed at once, when the version itself has. None where Heratio says that it
     * shipped the archive and nobody has looked yet: it would be shipped again.
     *
     * @param missing the drivers that the version has no copy at
     * @param plain whether somebody asked for them to be shipped without encryption
     * @return whether there were any
     */
    boolean add(
            Tx tx, long versionId, String path, Collection<String> missing, boolean plain, @Nullable Failure failure)
            throws StatementException, InterruptedException {
        Set<String> made = new HashSet<>();
        for (String driver : missing) {
            if (OpenClaims.withhold(tx, path, driver)) {
                continue;
            }
            made.add(driver);
            insert(tx, versionId, driver, plain, failure);
        }
        if (failure != null) {
            showFailed(tx, versionId, made, failure);
        }
        return !made.isEmpty();
    }

    static void insert(Tx tx, long versionId, String driver, boolean plain, @Nullable Failure failure)
            throws StatementException, InterruptedException {
        tx.update(
                "INSERT INTO offsite_copy (version_id, driver, state, remote_path, size_bytes, encrypted, plain, repairs, due_at, "
                        + "error_code, error) VALUES (?, ?, ?, '', 0, 0, ?, 0, "
                        + tx.dialect().nowMillis() + ", ?, ?)",
                versionId,
                driver,
                (failure == null ? CopyState.PENDING : CopyState.FAILED).name(),
                Rows.flag(plain),
                failure == null ? null : failure.code().name(),
                failure == null ? null : Rows.error(failure));
    }

    /** Returns those of some drivers that a version has no copy at. */
    static Set<String> missing(Tx tx, long versionId, Collection<String> drivers)
            throws StatementException, InterruptedException {
        Set<String> missing = new HashSet<>(drivers);
        for (SqlRow row : tx.query("SELECT driver FROM offsite_copy WHERE version_id = ?", versionId)) {
            missing.remove(row.text("driver"));
        }
        return missing;
    }

    /** PENDING → FAILED for all copies of a version, with their public rows; how many there were. */
    int failPending(Tx tx, long versionId, Failure failure) throws StatementException, InterruptedException {
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
        showFailed(tx, versionId, failed, failure);
        return failed.size();
    }

    private void showFailed(Tx tx, long versionId, Set<String> drivers, Failure failure)
            throws StatementException, InterruptedException {
        for (Copy copy : drivers.isEmpty() ? List.<Copy>of() : of(tx, versionId)) {
            if (drivers.contains(copy.driver())) {
                Located located = located(tx, copy.id()).orElseThrow();
                for (PublicLedger.Shown shown : everywhere(tx, located, located.shown())) {
                    publicLedger.failed(tx, shown, failure);
                }
            }
        }
    }

    static List<Copy> of(Tx tx, long versionId) throws StatementException, InterruptedException {
        return of(tx, List.of(versionId)).getOrDefault(versionId, List.of());
    }

    /** Returns the copies of versions, by version and in the order of their drivers. */
    static Map<Long, List<Copy>> of(Tx tx, List<Long> versionIds) throws StatementException, InterruptedException {
        Map<Long, List<Copy>> copies = new HashMap<>();
        for (List<Long> some : Tx.chunks(versionIds)) {
            for (SqlRow row : tx.query(
                    "SELECT " + COLUMNS + " FROM offsite_copy WHERE version_id IN (" + Tx.marks(some.size())
                            + ") ORDER BY driver",
                    some.toArray())) {
                Copy copy = Rows.copy(row);
                copies.computeIfAbsent(copy.versionId(), any -> new ArrayList<>())
                        .add(copy);
            }
        }
        return copies;
    }

    static Optional<Copy> byId(Tx tx, long copyId) throws StatementException, InterruptedException {
        return tx.first("SELECT " + COLUMNS + " FROM offsite_copy WHERE id = ?", copyId)
                .map(Rows::copy);
    }

    /**
     * A copy, and what its archive is.
     *
     * @param newestAt orders the versions of a path
     * @param landedAt of the version, epoch milliseconds
     * @param doubted whether reading it back fails
     * @param shared whether versions of other paths have the same bytes, and no copies of their own
     */
    record Located(
            Copy copy, String path, long newestAt, long landedAt, boolean overwrites, boolean doubted, boolean shared) {
        JournalRows.About about() {
            return new JournalRows.About(path, copy.versionId(), copy.id(), copy.driver());
        }

        PublicLedger.Shown shown() {
            return shown(copy.remotePath(), copy.sha256(), copy.size(), copy.encrypted());
        }

        /** Returns what the public table shows when something else is at the destination. */
        PublicLedger.Shown shown(String remotePath, @Nullable String sha256, long size, boolean encrypted) {
            return new PublicLedger.Shown(
                    copy.id(), path, newestAt, copy.driver(), remotePath, sha256, size, encrypted);
        }
    }

    static Optional<Located> located(Tx tx, long copyId) throws StatementException, InterruptedException {
        Optional<SqlRow> row = tx.first(
                "SELECT " + SqlRow.columns("c", COLUMNS) + ", "
                        + SqlRow.columns("v", "path, newest_at, landed_at, overwrites")
                        + ", "
                        + SqlRow.columns("d", "copy_id")
                        + ", CASE WHEN EXISTS (SELECT 1 FROM offsite_version s WHERE s.same_as = c.version_id "
                        + "AND s.state = 'SEALED') THEN 1 ELSE 0 END AS shared"
                        + " FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                        + "LEFT JOIN offsite_doubt d ON d.copy_id = c.id WHERE c.id = ?",
                copyId);
        return row.map(found -> new Located(
                Rows.copy(found.of("c")),
                found.of("v").text("path"),
                found.of("v").number("newest_at"),
                found.of("v").number("landed_at"),
                found.of("v").flag("overwrites"),
                found.of("d").numberOrNull("copy_id") != null,
                found.flag("shared")));
    }

    /** Returns what the public table shows of a copy: for its own path, and for each path whose version has the same bytes. */
    static List<PublicLedger.Shown> everywhere(Tx tx, Located located, PublicLedger.Shown shown)
            throws StatementException, InterruptedException {
        List<PublicLedger.Shown> all = new ArrayList<>(List.of(shown));
        if (located.shared()) {
            for (SqlRow row : tx.query(
                    "SELECT path, newest_at FROM offsite_version WHERE same_as = ? AND state = 'SEALED' ORDER BY id",
                    located.copy().versionId())) {
                all.add(shown.at(row.text("path"), row.number("newest_at")));
            }
        }
        return all;
    }

    static Optional<CopyWork> work(Tx tx, long copyId) throws StatementException, InterruptedException {
        Optional<SqlRow> row = tx.first(
                "SELECT " + SqlRow.columns("c", COLUMNS + ", due_at") + ", " + SqlRow.columns("v", Settling.COLUMNS)
                        + ", "
                        + SqlRow.columns("p", Sealing.PAYLOAD) + ", "
                        + tx.dialect().nowMillis()
                        + " AS now_millis FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                        + "LEFT JOIN offsite_payload p ON p.version_id = v.id WHERE c.id = ?",
                copyId);
        return row.map(found -> new CopyWork(
                Rows.copy(found.of("c")),
                Rows.version(found.of("v")),
                Rows.payloadOrNull(found.of("p")),
                dueIn(found.of("c"), found)));
    }

    static Optional<VersionWork> workOfVersion(Tx tx, long versionId) throws StatementException, InterruptedException {
        List<SqlRow> rows = tx.query(
                "SELECT " + SqlRow.columns("v", Settling.COLUMNS + ", due_at") + ", "
                        + SqlRow.columns("c", COLUMNS + ", due_at") + ", "
                        + tx.dialect().nowMillis()
                        + " AS now_millis, CASE WHEN EXISTS (SELECT 1 FROM offsite_version s WHERE s.size_bytes = v.size_bytes "
                        + "AND s.sha256 IS NOT NULL AND s.state = 'SEALED' AND s.id <> v.id) THEN 1 ELSE 0 END AS size_known "
                        + "FROM offsite_version v LEFT JOIN offsite_copy c ON c.version_id = v.id WHERE v.id = ? ORDER BY c.driver",
                versionId);
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<Copy> copies = new ArrayList<>();
        Map<Long, Long> copiesDueIn = new HashMap<>();
        for (SqlRow row : rows) {
            SqlRow copy = row.of("c");
            if (copy.numberOrNull("id") != null) {
                copies.add(Rows.copy(copy));
                copiesDueIn.put(copy.number("id"), dueIn(copy, row));
            }
        }
        SqlRow first = rows.get(0);
        return Optional.of(new VersionWork(
                Rows.version(first.of("v")),
                copies,
                dueIn(first.of("v"), first),
                copiesDueIn,
                first.flag("size_known")));
    }

    /** Returns in how many milliseconds a row is due; 0 for one that has no such time. */
    private static long dueIn(SqlRow work, SqlRow whole) {
        Long dueAt = work.numberOrNull("due_at");
        return dueAt == null ? 0 : dueAt - whole.number("now_millis");
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
