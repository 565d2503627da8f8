package org.heratio.offsite.ledger.jdbc;

import java.time.ZoneId;
import java.util.Optional;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Version;

/** How a copy of ours becomes Heratio's, when Heratio has put bytes of its own in its place ({@code backup:replicate --force}). */
final class Reclaiming {
    private final ZoneId zone;
    private final JournalRows journal;

    Reclaiming(ZoneId zone, JournalRows journal) {
        this.zone = zone;
        this.journal = journal;
    }

    /** Heratio ships what lies in the backup directory, so that only the newest version of a path can be its. */
    static Optional<ReplicationRow> overwritten(Tx tx, long copyId) throws StatementException, InterruptedException {
        Optional<Copy> copy = CopyRows.byId(tx, copyId);
        if (copy.isEmpty()) {
            return Optional.empty();
        }
        Version version = Sealing.version(tx, copy.get().versionId()).orElseThrow();
        if (!isNewest(tx, version)) {
            return Optional.empty();
        }
        return OpenClaims.ofPath(tx, version.path(), copy.get().driver())
                .filter(row ->
                        PublicLedger.samePlace(row.remotePath(), copy.get().remotePath()))
                .filter(row ->
                        row.sha256() != null && !row.sha256().equals(copy.get().sha256()))
                // the archive itself lies there, and has to be the one that is known
                .filter(row -> row.encrypted()
                        || version.sha256() == null
                        || version.sha256().equals(row.sha256()));
    }

    boolean reclaimed(Tx tx, Copy copy, ReplicationRow row) throws StatementException, InterruptedException {
        boolean changed = Adopting.isAsItWas(tx, row)
                && tx.changes(
                        "UPDATE offsite_copy SET state = 'REPLICATED', sha256 = ?, size_bytes = ?, encrypted = ?, key_id = NULL, "
                                + "claimed = 1, repairs = 0, replicated_at = ?, proved_at = NULL, error_code = NULL, error = NULL "
                                + "WHERE id = ? AND remote_path = ? AND sha256 = ? AND " + CopyTransitions.SHIPPED,
                        row.sha256(),
                        row.sizeBytes(),
                        Rows.flag(row.encrypted()),
                        Adopting.replicated(row, zone),
                        copy.id(),
                        copy.remotePath(),
                        copy.sha256());
        if (changed) {
            journal.write(
                    tx,
                    Kind.ADOPTED,
                    new JournalRows.About(row.archivePath(), copy.versionId(), copy.id(), copy.driver()),
                    "Heratio shipped it again");
        }
        return changed;
    }

    private static boolean isNewest(Tx tx, Version version) throws StatementException, InterruptedException {
        return tx.first(
                        "SELECT n.id AS id FROM offsite_version n JOIN offsite_version v ON v.path_hash = n.path_hash "
                                + "WHERE n.path_hash = ? AND v.id = ? AND n.newest_at > v.newest_at AND n.state <> 'SUPERSEDED' LIMIT 1",
                        Digests.ofText(version.path()),
                        version.id())
                .isEmpty();
    }
}
