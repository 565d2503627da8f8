package org.heratio.offsite.ledger;

import java.util.List;

/**
 * A version and its copies, as the work on it needs them.
 *
 * @param dueInMillis in how long the version is due, by the database's clock; 0 or less when it is due, or has no such time
 * @param sizeKnown whether a sealed version of any path has its size, and perhaps its bytes
 */
public record VersionWork(Version version, List<Copy> copies, long dueInMillis, boolean sizeKnown) {
    public VersionWork {
        copies = List.copyOf(copies);
    }
}
