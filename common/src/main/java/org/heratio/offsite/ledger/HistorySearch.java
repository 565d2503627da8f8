package org.heratio.offsite.ledger;

import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Searches the public table, a page at a time, newest first. The rules of {@link Ledger} hold. */
public interface HistorySearch {
    /** A total stops here: counting on would read the whole table. */
    int COUNTED = 10_000;

    /** The newest rows that are searched unless all are asked for. */
    int NEWEST = 100_000;

    /**
     * Returns a page of rows, newest {@code replicated_at} first, and those without one last. Fails with {@code LEDGER_SLOW} if the
     * database takes longer than 2 s, as {@link #count} does.
     *
     * @param after the place of the last row of the page before; null for the first page
     */
    List<ReplicationRow> rows(Query query, @Nullable Place after, int limit) throws LedgerException;

    /** Returns how many rows match, one more than {@link #COUNTED} at most. */
    long count(Query query) throws LedgerException;

    /** Returns the versions of a path, newest first, so many at most. */
    List<Version> versionsOf(String path, int limit) throws LedgerException;

    /** Returns the newest version of each path that the ledger knows. */
    Map<String, Newest> newest(Collection<String> paths) throws LedgerException;

    /**
     * The conditions of a search. Null stands for no condition.
     *
     * @param text a part of the archive's path, in any letter case
     * @param from rows with this time or a later one, in the zone of the table
     * @param until rows before this time
     * @param all whether more than the {@link #NEWEST} rows are searched
     */
    record Query(
            @Nullable String text,
            @Nullable String status,
            @Nullable String driver,
            @Nullable LocalDateTime from,
            @Nullable LocalDateTime until,
            boolean all) {}

    /**
     * The place of a row.
     *
     * @param at null for a row without a time
     */
    record Place(@Nullable LocalDateTime at, long id) {
        /** Returns the place of a row. */
        public static Place of(ReplicationRow row) {
            return new Place(row.replicatedAt().equals(ReplicationRow.UNKNOWN) ? null : row.replicatedAt(), row.id());
        }
    }

    /** A version; the time is epoch milliseconds. */
    record Newest(long versionId, long landedAt) {}
}
