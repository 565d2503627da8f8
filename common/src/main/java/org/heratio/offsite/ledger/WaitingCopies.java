package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Archives whose way to a destination, or whose first proof there, is not finished.
 *
 * @param archives the number of versions
 * @param first the one that waits longest; null if there is none
 */
public record WaitingCopies(long archives, @Nullable First first) {
    public static final WaitingCopies NONE = new WaitingCopies(0, null);

    /**
     * One of them.
     *
     * @param since when the archive was seen first, or shipped; epoch milliseconds
     * @param shipped whether only the proof is not there yet
     * @param obstacle what it waits for, as far as it is known
     */
    public record First(
            String path,
            String driver,
            long since,
            boolean shipped,
            @Nullable String obstacle) {}
}
