package org.heratio.offsite.app.e2e;

import java.nio.file.Path;
import java.time.LocalDateTime;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/** A row of {@code offsite history}. */
public record LedgerRow(
        String localPath,
        String remotePath,
        String driver,
        long sizeBytes,
        @Nullable String sha256,
        boolean encrypted,
        @Nullable LocalDateTime verifiedAt,
        String status,
        @Nullable String error) {

    static LedgerRow of(ReplicationRow row) {
        return new LedgerRow(
                row.localPath(),
                row.remotePath(),
                row.driver(),
                row.sizeBytes(),
                row.sha256(),
                row.encrypted(),
                row.verifiedAt(),
                row.status(),
                row.error());
    }

    /** The name of the archive's file. */
    public String name() {
        return Path.of(localPath).getFileName().toString();
    }
}
