package org.heratio.offsite.ledger;

import java.util.Comparator;

/**
 * A version that waits for its seal, or for its upload to one destination. The order is that in which versions became due.
 *
 * @param dueAt since when, epoch milliseconds by the database's clock
 */
public record DueVersion(long dueAt, long versionId, String path) implements Comparable<DueVersion> {
    /** Comes before every other one. */
    public static final DueVersion FIRST = new DueVersion(Long.MIN_VALUE, 0, "");

    private static final Comparator<DueVersion> ORDER =
            Comparator.comparingLong(DueVersion::dueAt).thenComparingLong(DueVersion::versionId);

    @Override
    public int compareTo(DueVersion other) {
        return ORDER.compare(this, other);
    }
}
