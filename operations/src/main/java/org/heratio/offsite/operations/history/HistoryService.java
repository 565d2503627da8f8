package org.heratio.offsite.operations.history;

import java.time.ZoneId;
import java.util.List;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;
import org.jspecify.annotations.Nullable;

/** Lists the public table: one row for each archive and destination, about its newest version. Blocks. */
public final class HistoryService {
    static final String VERIFIED = "verified";

    private final LedgerView ledger;
    private final ZoneId zone;

    /** @param zone of times that our own tables do not know */
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
        return ShownRows.of(ledger.history(limit, status), ledger, zone);
    }
}
