package org.heratio.offsite.ledger;

import java.util.List;

/**
 * One page of work that waits, in the order in which it became due.
 *
 * @param due what can be worked on now
 * @param last the end of what was read for the page: the next one begins behind it
 * @param end whether nothing waits behind it
 */
public record DuePage(List<DueVersion> due, DueVersion last, boolean end) {
    public DuePage {
        due = List.copyOf(due);
    }

    /**
     * Returns a page of which everything can be worked on.
     *
     * @param behind the end of the page before
     * @param limit how much a page has at most
     */
    public static DuePage of(List<DueVersion> due, DueVersion behind, int limit) {
        return new DuePage(due, due.isEmpty() ? behind : due.get(due.size() - 1), due.size() < limit);
    }
}
