package org.heratio.offsite.ledger.jdbc;

import java.util.Optional;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.Version;

/**
 * Which version of its path a file is: that of its size, its mtime and the time of its last change. Where only the last one differs, the
 * ledger does not know whether the bytes do: the file becomes a version, and its hash decides when it is sealed ({@link SameBytes}).
 */
final class VersionIdentity {
    private VersionIdentity() {}

    /**
     * Returns the version that a file is, with its {@code newest_at}. Rows of earlier builds do not know the time of the last change: size
     * and mtime suffice for them.
     */
    static Optional<SqlRow> find(Tx tx, ArchiveFile file) throws StatementException, InterruptedException {
        Optional<SqlRow> unknown = Optional.empty();
        for (SqlRow row : tx.query(
                "SELECT " + Settling.COLUMNS
                        + ", newest_at FROM offsite_version WHERE path_hash = ? AND size_bytes = ? "
                        + "AND mtime_nanos = ? AND ctime_nanos >= 0 ORDER BY newest_at DESC, id DESC",
                Digests.ofText(file.path()),
                file.size(),
                file.mtimeNanos())) {
            long ctime = row.number("ctime_nanos");
            if (ctime == file.ctimeNanos()) {
                return Optional.of(row);
            }
            if (unknown.isEmpty() && (ctime == 0 || file.ctimeNanos() == 0)) {
                unknown = Optional.of(row);
            }
        }
        return unknown;
    }

    /** Returns whether a row is the one that {@code insert} made of a file. */
    static boolean isOf(SqlRow row, ArchiveFile file) {
        return row.number("size_bytes") == file.size()
                && row.number("mtime_nanos") == file.mtimeNanos()
                && row.number("ctime_nanos") == file.ctimeNanos();
    }

    /** Records when the file of a version changed last, where that is not known yet. */
    static void learn(Tx tx, long versionId, long ctimeNanos) throws StatementException, InterruptedException {
        tx.update("UPDATE offsite_version SET ctime_nanos = ? WHERE id = ? AND ctime_nanos = 0", ctimeNanos, versionId);
    }

    /** Deletes what earlier touches of the same bytes left: a row for each would slow down all that looks at the path. */
    private static void forget(Tx tx, long from, Version to, String sha256)
            throws StatementException, InterruptedException {
        for (SqlRow earlier : tx.query(
                "SELECT id FROM offsite_version WHERE path_hash = ? AND sha256 = ? AND state = 'SUPERSEDED' "
                        + "AND same_as = ? AND id <> ?",
                Digests.ofText(to.path()),
                sha256,
                to.holder(),
                from)) {
            long id = earlier.number("id");
            RequestRows.follow(tx, id, to.id());
            tx.update("DELETE FROM offsite_version WHERE id = ?", id);
        }
    }

    /**
     * Gives the identity of a version to an older one of its path, which is the newest of the path then. The version ends: it is
     * SUPERSEDED, and no file is this version any more. A request that hears of it later finds the holder of its bytes.
     */
    static void pass(Tx tx, long from, Version to, String sha256) throws StatementException, InterruptedException {
        forget(tx, from, to, sha256);
        SqlRow given = tx.query("SELECT mtime_nanos, ctime_nanos, newest_at FROM offsite_version WHERE id = ?", from)
                .get(0);
        tx.update(
                "UPDATE offsite_version SET state = 'SUPERSEDED', sha256 = ?, same_as = ?, remote_name_hash = NULL, due_at = NULL, "
                        // no file has such a time, and no other version has this one
                        + "error_code = NULL, error = NULL, ctime_nanos = ?, newest_at = (SELECT o.newest_at FROM (SELECT newest_at FROM offsite_version "
                        + "WHERE id = ?) o) WHERE id = ?",
                sha256,
                to.holder(),
                -from,
                to.id(),
                from);
        tx.update(
                "UPDATE offsite_version SET mtime_nanos = ?, ctime_nanos = ?, newest_at = ? WHERE id = ?",
                given.number("mtime_nanos"),
                given.number("ctime_nanos"),
                given.number("newest_at"),
                to.id());
    }
}
