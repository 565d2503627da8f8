package org.heratio.offsite.ledger;

import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** One row of the public ledger {@code ahg_backup_replication}, column for column. */
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
        @Nullable String error) {}
