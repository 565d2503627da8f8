package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.archive.Slashes;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heratio's table: one row per path and destination, which shows the newest version that was shipped there or failed. It is read and
 * written by Heratio too, so that rows may come, change and go at any time.
 */
final class PublicLedger {
    private static final Logger LOG = LoggerFactory.getLogger(PublicLedger.class);
    static final String TABLE = PublicTableMigration.TABLE;
    static final String COLUMNS =
            "id, local_path, remote_path, driver, size_bytes, sha256, encrypted, replicated_at, verified_at, status, error";
    private static final int LONGEST_PATH = 500;

    private final Clock clock;
    private final ZoneId zone;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    PublicLedger(Clock clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * A copy of ours, with the path of its version.
     *
     * @param newestAt orders the versions of the path
     */
    record Shown(
            long copyId,
            String path,
            long newestAt,
            String driver,
            String remotePath,
            @Nullable String sha256,
            long size,
            boolean encrypted) {
        /** Returns the same copy, as another path has it. */
        Shown at(String otherPath, long otherNewestAt) {
            return new Shown(copyId, otherPath, otherNewestAt, driver, remotePath, sha256, size, encrypted);
        }
    }

    void replicated(Tx tx, Shown copy) throws StatementException, InterruptedException {
        Row row = rowOf(tx, copy);
        if (row == null) {
            return;
        }
        if (row.id() == null) {
            insert(tx, copy, "replicated", null);
        } else {
            tx.update(
                    "UPDATE " + TABLE
                            + " SET remote_path = ?, size_bytes = ?, sha256 = ?, encrypted = " + flag(copy.encrypted())
                            + ", replicated_at = ?, verified_at = NULL, status = 'replicated', error = ? WHERE id = ?",
                    copy.remotePath(),
                    copy.size(),
                    copy.sha256(),
                    now(),
                    PublicCharset.error(tx, CollationConflicts.noteFor(tx, copy.path(), copy.driver())),
                    row.id());
        }
    }

    /** Keeps what the row says of an older copy that is still there, but says failed. */
    void failed(Tx tx, Shown copy, Failure failure) throws StatementException, InterruptedException {
        Row row = rowOf(tx, copy);
        if (row == null) {
            return;
        }
        if (row.id() == null) {
            // Heratio knows a first push that failed by its empty remote path
            Shown nothing = new Shown(
                    copy.copyId(),
                    copy.path(),
                    copy.newestAt(),
                    copy.driver(),
                    "",
                    null,
                    copy.size(),
                    copy.encrypted());
            insert(tx, nothing, "failed", Rows.error(failure));
        } else {
            fail(tx, row.id(), failure);
        }
    }

    void verified(Tx tx, Shown copy) throws StatementException, InterruptedException {
        Row row = rowAbout(tx, copy);
        if (row == null) {
            return;
        }
        if (row.id() == null) {
            insert(tx, copy, "verified", null);
        } else {
            tx.update(
                    "UPDATE " + TABLE + " SET status = 'verified', verified_at = ?, error = ? WHERE id = ?",
                    now(),
                    error(tx, copy, row),
                    row.id());
        }
    }

    /** Shows a copy that another path has already: it was put there and proved at these times, and not now. */
    void shared(Tx tx, Shown copy, long replicatedAt, @Nullable Long provedAt)
            throws StatementException, InterruptedException {
        replicated(tx, copy);
        Row row = rowOf(tx, copy);
        if (row != null && row.id() != null) {
            tx.update(
                    "UPDATE " + TABLE + " SET replicated_at = ?, verified_at = ?, status = ? WHERE id = ?",
                    time(replicatedAt),
                    provedAt == null ? null : time(provedAt),
                    provedAt == null ? "replicated" : "verified",
                    row.id());
        }
    }

    /** Returns the text of the error column for a copy without a failure, or null. */
    private static @Nullable String error(Tx tx, Shown copy, Row row) throws StatementException, InterruptedException {
        return row.noted() ? PublicCharset.error(tx, CollationConflicts.noteFor(tx, copy.path(), copy.driver())) : null;
    }

    void damaged(Tx tx, Shown copy, Failure failure) throws StatementException, InterruptedException {
        Row row = rowAbout(tx, copy);
        if (row == null) {
            return;
        }
        if (row.id() == null) {
            insert(tx, copy, "failed", Rows.error(failure));
        } else {
            fail(tx, row.id(), failure);
        }
    }

    List<ReplicationRow> history(Tx tx, int limit, @Nullable String status)
            throws StatementException, InterruptedException {
        String where = status == null ? "" : " WHERE status = ?";
        String sql = "SELECT " + COLUMNS + " FROM " + TABLE + where + " ORDER BY replicated_at DESC, id DESC LIMIT "
                + Math.max(0, limit);
        List<ReplicationRow> rows = new ArrayList<>();
        for (SqlRow row : status == null ? tx.query(sql) : tx.query(sql, status)) {
            rows.add(Rows.replication(row));
        }
        return rows;
    }

    private static void fail(Tx tx, long id, Failure failure) throws StatementException, InterruptedException {
        tx.update(
                "UPDATE " + TABLE + " SET status = 'failed', error = ? WHERE id = ?",
                PublicCharset.error(tx, Rows.error(failure)),
                id);
    }

    /** Returns whether two remote paths mean the same copy: keys of an object store are no absolute paths, and differ by each slash. */
    static boolean samePlace(String remotePath, String other) {
        return remotePath.startsWith("/") ? Slashes.same(remotePath, other) : remotePath.equals(other);
    }

    /**
     * @param id null where there is no row yet
     * @param noted whether its error may name archives whose paths conflict with this one
     */
    private record Row(
            @Nullable Long id, String remotePath, @Nullable String sha256, boolean noted) {
        /** Heratio may have shipped other bytes there meanwhile: of those nothing was read. */
        boolean isAbout(Shown copy) {
            return samePlace(remotePath, copy.remotePath()) && Objects.equals(sha256, copy.sha256());
        }
    }

    /** Rows of a path at a destination, in whatever spelling Heratio has given it, the plain one first; a twin's row may be among them. */
    static List<SqlRow> rowsOf(Tx tx, String columns, String path, String driver, String lock)
            throws StatementException, InterruptedException {
        List<String> spellings = Slashes.spellings(path);
        List<Object> parameters = new ArrayList<>(spellings);
        parameters.add(driver);
        List<SqlRow> rows = new ArrayList<>(tx.query(
                "SELECT " + columns + " FROM " + TABLE + " WHERE local_path IN (?" + ", ?".repeat(spellings.size() - 1)
                        + ") AND driver = ?" + lock,
                parameters.toArray()));
        rows.sort(Comparator.comparingInt(row -> row.text("local_path").length()));
        return rows;
    }

    /**
     * Returns the row that shows a copy, or has to because there is none, locked; null where it shows another copy, or the failure of a
     * newer one. A copy that is shown stays so when an older version of its path comes back and is the newest then: nothing was shipped,
     * and the row has to show how the copy is.
     */
    private @Nullable Row rowAbout(Tx tx, Shown copy) throws StatementException, InterruptedException {
        Optional<Row> row = fits(tx, copy) ? lock(tx, copy) : Optional.empty();
        if (row.isEmpty()) {
            return null;
        }
        boolean shown = row.get().id() == null
                ? newestShown(tx, copy)
                : row.get().isAbout(copy) && !newerHas(tx, copy, "state = 'FAILED' AND replicated_at IS NULL");
        return shown ? row.get() : null;
    }

    /** The row that has to show a copy, locked; or null where none may: no room, a twin's, or a newer version's. */
    private @Nullable Row rowOf(Tx tx, Shown copy) throws StatementException, InterruptedException {
        if (!fits(tx, copy)) {
            return null;
        }
        Optional<Row> row = lock(tx, copy);
        return row.isEmpty() || !newestShown(tx, copy) ? null : row.get();
    }

    /** Empty for a twin's. Locks the row before it is decided which version it has to show, so that two that are shipped at once end in order. */
    private Optional<Row> lock(Tx tx, Shown copy) throws StatementException, InterruptedException {
        List<SqlRow> found = rowsOf(
                tx, "id, local_path, remote_path, sha256, status, error", copy.path(), copy.driver(), " FOR UPDATE");
        for (SqlRow row : found) {
            if (Slashes.same(row.text("local_path"), copy.path())) {
                // whoever notes a conflict writes it into a row that is well, under the lock of that row
                boolean noted = row.textOrNull("error") != null || "failed".equals(row.textOrNull("status"));
                return Optional.of(new Row(
                        row.number("id"), row.text("remote_path"), Rows.sha256(row.textOrNull("sha256")), noted));
            }
        }
        // one with a double slash is in nobody's way
        Optional<SqlRow> twins = found.stream()
                .filter(row -> !row.text("local_path").contains("//"))
                .findFirst();
        if (twins.isEmpty()) {
            return Optional.of(new Row(null, "", null, false));
        }
        warnOnce(copy, "its collation takes the path for that of another archive");
        CollationConflicts.note(tx, copy, twins.get().number("id"), twins.get().text("local_path"));
        return Optional.empty();
    }

    /** Returns true if no newer version of the path was shipped to the destination or failed there. */
    private static boolean newestShown(Tx tx, Shown copy) throws StatementException, InterruptedException {
        return !newerHas(tx, copy, "(state <> 'PENDING' OR replicated_at IS NOT NULL)");
    }

    /**
     * Returns whether a newer version of the path has a copy at the destination for which a condition holds. Two steps, since H2 joins from
     * the wrong side otherwise and reads every version.
     */
    private static boolean newerHas(Tx tx, Shown copy, String condition)
            throws StatementException, InterruptedException {
        for (SqlRow newer : tx.query(
                "SELECT COALESCE(same_as, id) AS id FROM offsite_version WHERE path_hash = ? AND newest_at > ? "
                        + "AND state <> 'SUPERSEDED'",
                Digests.ofText(copy.path()),
                copy.newestAt())) {
            if (tx.first(
                            "SELECT id FROM offsite_copy WHERE version_id = ? AND driver = ? AND " + condition,
                            newer.number("id"),
                            copy.driver())
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private void insert(Tx tx, Shown copy, String status, @Nullable String error)
            throws StatementException, InterruptedException {
        LocalDateTime now = now();
        CollationConflicts.forget(tx, copy);
        tx.update(
                "INSERT INTO " + TABLE
                        + " (local_path, remote_path, driver, size_bytes, sha256, encrypted, replicated_at, "
                        + "verified_at, status, error) VALUES (?, ?, ?, ?, ?, " + flag(copy.encrypted())
                        + ", ?, ?, ?, ?)",
                copy.path(),
                copy.remotePath(),
                copy.driver(),
                copy.size(),
                copy.sha256(),
                now,
                status.equals("verified") ? now : null,
                status,
                PublicCharset.error(tx, error));
    }

    /** A literal: the column is a number or, where Laravel made it in PostgreSQL, a boolean, and takes this as either. */
    private static String flag(boolean value) {
        return value ? "'1'" : "'0'";
    }

    /** The table's column counts characters; ours count at least as many. */
    private boolean fits(Tx tx, Shown copy) throws StatementException, InterruptedException {
        if (!fits(copy.path()) || !fits(copy.remotePath())) {
            warnOnce(copy, "a path is longer than " + LONGEST_PATH + " characters");
            return false;
        }
        if (!PublicCharset.holds(tx, copy.path()) || !PublicCharset.holds(tx, copy.remotePath())) {
            warnOnce(copy, "its character set lacks characters of a path");
            return false;
        }
        return true;
    }

    static boolean fits(String path) {
        return path.length() <= LONGEST_PATH;
    }

    private void warnOnce(Shown copy, String why) {
        if (warned.add(copy.path())) {
            LOG.warn(
                    "not shown in {}, where it has no room: archive={} copy={} reason={}",
                    TABLE,
                    copy.path(),
                    copy.copyId(),
                    why);
        }
    }

    private LocalDateTime now() {
        return time(clock.millis());
    }

    private LocalDateTime time(long epochMillis) {
        return LocalDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), zone).truncatedTo(ChronoUnit.SECONDS);
    }
}
