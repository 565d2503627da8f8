package org.heratio.offsite.operations.history;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.HistorySearch;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/** Searches the public table, a page at a time. Blocks. */
public final class HistoryPages {
    private final HistorySearch search;
    private final LedgerView view;
    private final ZoneId zone;

    /** @param zone of times that our own tables do not know */
    public HistoryPages(HistorySearch search, LedgerView view, ZoneId zone) {
        this.search = search;
        this.view = view;
        this.zone = zone;
    }

    /**
     * A row, and the newest version of its archive.
     *
     * @param versionId null for an archive that only Heratio knows
     */
    public record FoundRow(
            @JsonUnwrapped HistoryRow row,
            @Nullable Long versionId,
            @Nullable Instant landedAt) {}

    /**
     * A page of rows.
     *
     * @param next where the next page begins; null behind the last one
     */
    public record Page(List<FoundRow> rows, HistorySearch.@Nullable Place next) {}

    /** Returns a page of the rows that match. */
    public Page page(HistorySearch.Query query, HistorySearch.@Nullable Place after, int limit) throws LedgerException {
        List<ReplicationRow> found = search.rows(query, after, limit + 1);
        List<ReplicationRow> rows = found.subList(0, Math.min(limit, found.size()));
        Map<String, HistorySearch.Newest> newest = search.newest(
                rows.stream().map(ReplicationRow::archivePath).distinct().toList());
        return new Page(
                ShownRows.of(rows, view, zone).stream()
                        .map(row -> found(row, newest.get(row.recorded().archivePath())))
                        .toList(),
                found.size() > limit ? HistorySearch.Place.of(rows.get(limit - 1)) : null);
    }

    private static FoundRow found(HistoryRow row, HistorySearch.@Nullable Newest newest) {
        return new FoundRow(
                row,
                newest == null ? null : newest.versionId(),
                newest == null ? null : Instant.ofEpochMilli(newest.landedAt()));
    }

    /** Returns how many rows match; one more than {@link HistorySearch#COUNTED} at most. */
    public long count(HistorySearch.Query query) throws LedgerException {
        return search.count(query);
    }
}
