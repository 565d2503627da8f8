package org.heratio.offsite.operations.history;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;
import org.heratio.offsite.ledger.OwnTimes;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the public table with their times as instants. The table has local times, without their zone, which may have been another one
 * when a row was written. Where our own tables know the copy, they tell the offset; all other times are read in the zone of the settings.
 */
final class ShownRows {
    /** The step of all offsets in use. */
    private static final int QUARTER_HOUR = 900;

    /** The longest time between the two times that one transaction writes: first into our own tables, then into the row. */
    private static final int SECONDS_OF_A_TRANSACTION = 60;

    private ShownRows() {}

    static List<HistoryRow> of(List<ReplicationRow> rows, LedgerView view, ZoneId zone) throws LedgerException {
        Map<Long, OwnTimes> own = view.ownTimes(rows);
        return rows.stream()
                .map(row -> of(row, own.getOrDefault(row.id(), OwnTimes.NONE), zone))
                .toList();
    }

    private static HistoryRow of(ReplicationRow row, OwnTimes own, ZoneId zone) {
        Instant replicated = row.replicatedAt().equals(ReplicationRow.UNKNOWN)
                ? null
                : instant(row.replicatedAt(), own.replicatedAt(), zone);
        LocalDateTime verifiedAt = row.verifiedAt();
        Instant verified = verifiedAt == null ? null : instant(verifiedAt, own.provedAt(), zone);
        return new HistoryRow(
                local(replicated, zone),
                local(verified, zone),
                row,
                PublicRow.of(row, replicated, verified),
                own.proved() && row.status().equals(HistoryService.VERIFIED));
    }

    /**
     * Returns the instant of a time in the table.
     *
     * @param own when it was by our own tables, in epoch milliseconds; null where they do not know
     */
    static Instant instant(LocalDateTime shown, @Nullable Long own, ZoneId zone) {
        if (own != null) {
            long ahead = shown.toEpochSecond(ZoneOffset.UTC) - Math.floorDiv(own, 1000);
            long offset = Math.floorDiv(ahead, QUARTER_HOUR) * QUARTER_HOUR;
            if (ahead - offset <= SECONDS_OF_A_TRANSACTION && Math.abs(offset) <= ZoneOffset.MAX.getTotalSeconds()) {
                return shown.toInstant(ZoneOffset.ofTotalSeconds(Math.toIntExact(offset)));
            }
        }
        // somebody else has written it since
        return shown.atZone(zone).toInstant();
    }

    private static @Nullable LocalDateTime local(@Nullable Instant time, ZoneId zone) {
        return time == null ? null : LocalDateTime.ofInstant(time, zone);
    }
}
