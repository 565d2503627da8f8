package org.heratio.offsite.ledger;

import java.time.LocalDateTime;
import org.heratio.offsite.archive.Slashes;
import org.jspecify.annotations.Nullable;

/**
 * One row of the public ledger {@code ahg_backup_replication}, column for column. Heratio writes it too, so that columns may be null that
 * ours never are.
 *
 * @param sizeBytes 0 where the row does not say: no payload is empty
 * @param sha256 hex in small letters
 * @param replicatedAt {@link #UNKNOWN} where the row does not say
 * @param status empty where the row has none
 */
public record ReplicationRow(
        long id,
        String localPath,
        String remotePath,
        String driver,
        long sizeBytes,
        @Nullable String sha256,
        boolean encrypted,
        LocalDateTime replicatedAt,
        @Nullable LocalDateTime verifiedAt,
        String status,
        @Nullable String error) {
    /** The time of a row without a time of replication: earlier than all others. */
    public static final LocalDateTime UNKNOWN = LocalDateTime.of(1970, 1, 1, 0, 0);

    /** Returns whether it says that the archive is off-site. Heratio ships everything of which no row says so, whatever else a row may say. */
    public boolean claims() {
        return status.equals("replicated") || status.equals("verified");
    }

    /** Returns the path as our own tables have it. Heratio doubles the slash if the directory in {@code .env} ends with one. */
    public String archivePath() {
        return Slashes.single(localPath);
    }
}
