package org.heratio.offsite.ledger;

import java.util.List;

/**
 * How far a request is, in numbers: as {@link RequestStatus}, with one example for all items that are alike.
 *
 * @param scanned whether all that belongs to it is known
 * @param found archives (or copies) that were looked at
 * @param skipped those with nothing to do
 */
public record RequestCounts(boolean scanned, int found, int skipped, List<Group> groups) {
    public RequestCounts {
        groups = List.copyOf(groups);
    }

    /**
     * Items with the same states, outcome and end. One whose version was superseded is a group by itself: only its file says whether it has
     * ended.
     *
     * @param example one of them, without its error
     */
    public record Group(RequestStatus.Item example, long items) {}
}
