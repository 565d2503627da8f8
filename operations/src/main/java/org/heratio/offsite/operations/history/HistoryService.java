package org.heratio.offsite.operations.history;

import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/** Lists the public table: one row for each archive and destination, about its newest version. Blocks. */
public final class HistoryService {
    static final String VERIFIED = "verified";

    private final LedgerView ledger;
    private final ZoneId zone;

    /** @param zone of the times in the table */
    public HistoryService(LedgerView ledger, ZoneId zone) {
        this.ledger = ledger;
        this.zone = zone;
    }

    /**
     * Returns the newest rows first.
     *
     * @param status only rows with this status; null for all
     */
    public List<HistoryRow> rows(int limit, @Nullable String status) throws LedgerException {
        List<ReplicationRow> rows = ledger.history(limit, status);
        Set<Long> proved = ledger.proved(
                rows.stream().filter(row -> row.status().equals(VERIFIED)).toList());
        return rows.stream()
                .map(row -> new HistoryRow(row, PublicRow.of(row, zone), proved.contains(row.id())))
                .toList();
    }
}
