package org.heratio.offsite.ledger;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A version and its copies, as the work on it needs them.
 *
 * @param dueInMillis in how long the version is due, by the database's clock; 0 or less when it is due, or has no such time
 * @param copiesDueInMillis the same for copies, by id
 * @param sizeKnown whether a sealed version of any path has its size, and perhaps its bytes
 */
public record VersionWork(
        Version version, List<Copy> copies, long dueInMillis, Map<Long, Long> copiesDueInMillis, boolean sizeKnown) {
    public VersionWork {
        copies = List.copyOf(copies);
        copiesDueInMillis = Map.copyOf(copiesDueInMillis);
    }

    /** Returns whether the version waits for its next attempt: a message that comes before that time commands nothing. */
    public boolean isTooEarly() {
        return version.errorCode() != null && dueInMillis > CopyWork.EARLY_MILLIS;
    }

    /** Returns one of the copies, without a payload; empty if the version has no such copy. */
    public Optional<CopyWork> copy(long copyId) {
        return copies.stream()
                .filter(copy -> copy.id() == copyId)
                .map(copy -> new CopyWork(copy, version, null, copiesDueInMillis.getOrDefault(copyId, 0L)))
                .findFirst();
    }
}
