package org.heratio.offsite.ledger.jdbc;

import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.ClaimedCopy;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** How a copy that Heratio shipped enters our tables: as its claim, with the public row left as it is. */
final class Adopting {
    private final ZoneId zone;
    private final JournalRows journal;

    Adopting(ZoneId zone, JournalRows journal) {
        this.zone = zone;
        this.journal = journal;
    }

    boolean adopt(Tx tx, ClaimedCopy claim) throws StatementException, InterruptedException {
        ReplicationRow row = claim.row();
        String pathHash = Digests.ofText(row.archivePath());
        tx.query("SELECT id FROM offsite_version WHERE path_hash = ? FOR UPDATE", pathHash);
        if (!isAsItWas(tx, row) || isOurs(tx, claim)) {
            return false;
        }
        Long version = version(tx, claim, pathHash);
        if (version == null) {
            return false;
        }
        tx.update(
                "INSERT INTO offsite_copy (version_id, driver, state, remote_path, remote_path_hash, sha256, size_bytes, encrypted, "
                        + "claimed, repairs, replicated_at) VALUES (?, ?, 'REPLICATED', ?, ?, ?, ?, ?, 1, 0, ?)",
                version,
                row.driver(),
                claim.remotePath(),
                Digests.ofText(claim.remotePath()),
                row.sha256(),
                claim.size(),
                Rows.flag(row.encrypted()),
                replicated(row));
        // one that was settled before anybody knew that it had been shipped is through, unless other copies of it are
        // on their way
        tx.update(
                "UPDATE offsite_version SET state = 'SEALED', sha256 = ?, due_at = NULL WHERE id = ? AND state = 'SETTLED' "
                        + "AND NOT EXISTS (SELECT 1 FROM offsite_copy c WHERE c.version_id = ? AND c.state = 'PENDING')",
                archiveSha256(row),
                version,
                version);
        journal.write(
                tx,
                Kind.ADOPTED,
                new JournalRows.About(row.archivePath(), version, 0, row.driver()),
                "Heratio shipped it as " + claim.remotePath());
        return true;
    }

    /** Heratio may have written it meanwhile. */
    static boolean isAsItWas(Tx tx, ReplicationRow row) throws StatementException, InterruptedException {
        return tx.first(
                        "SELECT " + PublicLedger.COLUMNS + " FROM " + PublicTableMigration.TABLE
                                + " WHERE id = ? FOR UPDATE",
                        row.id())
                .map(Rows::replication)
                .filter(now -> now.localPath().equals(row.localPath())
                        && now.remotePath().equals(row.remotePath())
                        && now.sizeBytes() == row.sizeBytes()
                        && Objects.equals(now.sha256(), row.sha256()))
                .isPresent();
    }

    private static boolean isOurs(Tx tx, ClaimedCopy claim) throws StatementException, InterruptedException {
        ReplicationRow row = claim.row();
        return OpenClaims.hasCopy(tx, row.archivePath(), row.driver())
                || tx.first(
                                "SELECT id FROM offsite_copy WHERE driver = ? AND remote_path_hash = ? LIMIT 1",
                                row.driver(),
                                Digests.ofText(claim.remotePath()))
                        .isPresent();
    }

    private @Nullable Long version(Tx tx, ClaimedCopy claim, String pathHash)
            throws StatementException, InterruptedException {
        ReplicationRow row = claim.row();
        ArchiveFile archive = claim.archive();
        String find =
                "SELECT id, state FROM offsite_version WHERE path_hash = ? AND size_bytes = ? AND mtime_nanos = ? "
                        + "AND ctime_nanos >= 0 ORDER BY newest_at DESC, id DESC";
        Optional<SqlRow> there = tx.first(find, pathHash, archive.size(), archive.mtimeNanos());
        if (there.isPresent()) {
            VersionState state = VersionState.valueOf(there.get().text("state"));
            return state == VersionState.SUPERSEDED ? null : there.get().number("id");
        }
        String wanted = claim.remoteName();
        boolean free = tx.first("SELECT id FROM offsite_version WHERE remote_name_hash = ?", Digests.ofText(wanted))
                .isEmpty();
        String name = free ? wanted : Settling.freeName(tx, archive);
        long replicated = replicated(row);
        tx.update(
                "INSERT INTO offsite_version (path, path_hash, relative_path, size_bytes, mtime_nanos, newest_at, state, sha256, "
                        + "remote_name, remote_name_hash, plain, overwrites, landed_at, settled_at) "
                        // copies to come are encrypted, although Heratio shipped this one without a passphrase
                        + "VALUES (?, ?, ?, ?, ?, ?, 'SEALED', ?, ?, ?, 0, 0, ?, ?)",
                row.archivePath(),
                pathHash,
                archive.relativePath(),
                archive.size(),
                archive.mtimeNanos(),
                replicated,
                archiveSha256(row),
                name,
                Digests.ofText(name),
                replicated,
                replicated);
        return tx.first(find, pathHash, archive.size(), archive.mtimeNanos())
                .orElseThrow()
                .number("id");
    }

    /** Returns the hash of the archive; null for an encrypted copy, whose row has the hash of the payload. */
    private static @Nullable String archiveSha256(ReplicationRow row) {
        return row.encrypted() ? null : row.sha256();
    }

    private long replicated(ReplicationRow row) {
        return replicated(row, zone);
    }

    static long replicated(ReplicationRow row, ZoneId zone) {
        return row.replicatedAt().atZone(zone).toInstant().toEpochMilli();
    }
}
