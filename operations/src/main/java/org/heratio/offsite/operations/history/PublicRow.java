package org.heratio.offsite.operations.history;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/**
 * A row of the public table, with its columns in their order.
 *
 * @param remotePath empty if there is no copy
 * @param replicatedAt ISO 8601 in UTC; null if Heratio recorded no time
 * @param verifiedAt ISO 8601 in UTC, or null
 */
public record PublicRow(
        long id,
        String localPath,
        String remotePath,
        String driver,
        long sizeBytes,
        @Nullable String sha256,
        boolean encrypted,
        @Nullable String replicatedAt,
        @Nullable String verifiedAt,
        String status,
        @Nullable String error) {

    /** Returns a row, with its times as these instants. */
    public static PublicRow of(ReplicationRow row, @Nullable Instant replicatedAt, @Nullable Instant verifiedAt) {
        return new PublicRow(
                row.id(),
                row.localPath(),
                row.remotePath(),
                row.driver(),
                row.sizeBytes(),
                row.sha256(),
                row.encrypted(),
                time(replicatedAt),
                time(verifiedAt),
                row.status(),
                row.error());
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }
}
