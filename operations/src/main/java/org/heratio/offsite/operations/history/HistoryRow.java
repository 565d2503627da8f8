package org.heratio.offsite.operations.history;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.heratio.offsite.ledger.ReplicationRow;

/**
 * A row of the history.
 *
 * @param recorded the row as the table has it, with times in its zone
 * @param row the same for JSON
 * @param proved whether offsite itself verified the copy; Heratio's own {@code verified} proves nothing
 */
public record HistoryRow(
        @JsonIgnore ReplicationRow recorded, @JsonUnwrapped PublicRow row, boolean proved) {
    /** Returns whether only Heratio calls the copy verified. */
    public boolean unproved() {
        return recorded.status().equals(HistoryService.VERIFIED) && !proved;
    }
}
