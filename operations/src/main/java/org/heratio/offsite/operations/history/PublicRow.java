package org.heratio.offsite.operations.history;

import java.time.LocalDateTime;
import java.time.ZoneId;
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

    /** @param zone of the times in the table */
    public static PublicRow of(ReplicationRow row, ZoneId zone) {
        return new PublicRow(
                row.id(),
                row.localPath(),
                row.remotePath(),
                row.driver(),
                row.sizeBytes(),
                row.sha256(),
                row.encrypted(),
                time(row.replicatedAt(), zone),
                time(row.verifiedAt(), zone),
                row.status(),
                row.error());
    }

    private static @Nullable String time(@Nullable LocalDateTime time, ZoneId zone) {
        return time == null || time.equals(ReplicationRow.UNKNOWN)
                ? null
                : time.atZone(zone).withZoneSameInstant(ZoneOffset.UTC).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }
}
