package org.heratio.offsite.operations.history;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.LocalDateTime;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/**
 * A row of the history.
 *
 * @param replicatedAt in the zone of the settings; null if the row has no time
 * @param verifiedAt likewise
 * @param recorded the row as the table has it, whose times may be in another zone
 * @param row the same for JSON
 * @param proved whether offsite itself verified the copy; a status that only Heratio wrote proves nothing
 */
public record HistoryRow(
        @JsonIgnore @Nullable LocalDateTime replicatedAt,
        @JsonIgnore @Nullable LocalDateTime verifiedAt,
        @JsonIgnore ReplicationRow recorded,
        @JsonUnwrapped PublicRow row,
        boolean proved) {
    /** Returns whether only Heratio calls the copy verified. */
    public boolean unproved() {
        return recorded.status().equals(HistoryService.VERIFIED) && !proved;
    }
}
