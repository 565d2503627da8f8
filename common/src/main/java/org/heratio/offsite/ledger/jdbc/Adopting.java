package org.heratio.offsite.ledger.jdbc;

import java.time.ZoneId;
import java.util.Optional;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** How a copy that Heratio shipped enters our tables: as its claim, with the public row left as it is. */
final class Adopting {
    private final ZoneId zone;

    Adopting(ZoneId zone) {
        this.zone = zone;
    }

    boolean adopt(Tx tx, ReplicationRow row, ArchiveFile archive, String remoteName)
            throws SqlTrouble, InterruptedException {
        String pathHash = Digests.ofText(row.localPath());
        tx.query("SELECT id FROM offsite_version WHERE path_hash = ? FOR UPDATE", pathHash);
        if (!isAsItWas(tx, row) || isOurs(tx, row, pathHash)) {
            return false;
        }
        Long version = version(tx, row, archive, remoteName, pathHash);
        if (version == null) {
            return false;
        }
        tx.update(
                "INSERT INTO offsite_copy (version_id, driver, state, remote_path, remote_path_hash, sha256, size_bytes, encrypted, "
                        + "claimed, repairs, replicated_at) VALUES (?, ?, 'REPLICATED', ?, ?, ?, ?, ?, 1, 0, ?)",
                version,
                row.driver(),
                row.remotePath(),
                Digests.ofText(row.remotePath()),
                row.sha256(),
                row.sizeBytes(),
                Rows.flag(row.encrypted()),
                replicated(row));
        return true;
    }

    /** Heratio may have written it meanwhile. */
    private static boolean isAsItWas(Tx tx, ReplicationRow row) throws SqlTrouble, InterruptedException {
        Optional<SqlRow> now = tx.first(
                "SELECT local_path, remote_path, sha256 FROM " + PublicTableMigration.TABLE
                        + " WHERE id = ? FOR UPDATE",
                row.id());
        return now.isPresent()
                && now.get().text("local_path").equals(row.localPath())
                && now.get().text("remote_path").equals(row.remotePath());
    }

    private static boolean isOurs(Tx tx, ReplicationRow row, String pathHash) throws SqlTrouble, InterruptedException {
        return tx.first(
                                "SELECT c.id AS id FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                                        + "WHERE v.path_hash = ? AND c.driver = ? LIMIT 1",
                                pathHash,
                                row.driver())
                        .isPresent()
                || tx.first(
                                "SELECT id FROM offsite_copy WHERE driver = ? AND remote_path_hash = ? LIMIT 1",
                                row.driver(),
                                Digests.ofText(row.remotePath()))
                        .isPresent();
    }

    private @Nullable Long version(Tx tx, ReplicationRow row, ArchiveFile archive, String remoteName, String pathHash)
            throws SqlTrouble, InterruptedException {
        String find =
                "SELECT id, state FROM offsite_version WHERE path_hash = ? AND size_bytes = ? AND mtime_nanos = ?";
        Optional<SqlRow> there = tx.first(find, pathHash, archive.size(), archive.mtimeNanos());
        if (there.isPresent()) {
            VersionState state = VersionState.valueOf(there.get().text("state"));
            return state == VersionState.SEALED ? there.get().number("id") : null;
        }
        boolean free = tx.first("SELECT id FROM offsite_version WHERE remote_name_hash = ?", Digests.ofText(remoteName))
                .isEmpty();
        String name = free ? remoteName : Settling.freeName(tx, archive);
        long replicated = replicated(row);
        tx.update(
                "INSERT INTO offsite_version (path, path_hash, relative_path, size_bytes, mtime_nanos, newest_at, state, sha256, "
                        + "remote_name, remote_name_hash, plain, overwrites, landed_at, settled_at) "
                        // that Heratio had no passphrase then is nobody's wish for the copies to come
                        + "VALUES (?, ?, ?, ?, ?, ?, 'SEALED', ?, ?, ?, 0, 0, ?, ?)",
                row.localPath(),
                pathHash,
                archive.relativePath(),
                archive.size(),
                archive.mtimeNanos(),
                replicated,
                row.encrypted() ? null : row.sha256(),
                name,
                Digests.ofText(name),
                replicated,
                replicated);
        return tx.first(find, pathHash, archive.size(), archive.mtimeNanos())
                .orElseThrow()
                .number("id");
    }

    private long replicated(ReplicationRow row) {
        return row.replicatedAt().atZone(zone).toInstant().toEpochMilli();
    }
}
