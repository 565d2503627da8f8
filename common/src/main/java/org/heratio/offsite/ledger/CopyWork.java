package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A copy with its version and payload, as the work on it needs them.
 *
 * @param payload of the version; null where there is none
 * @param dueInMillis in how long the copy is due, by the database's clock; 0 or less when it is due, or has no such time
 */
public record CopyWork(Copy copy, Version version, @Nullable Payload payload, long dueInMillis) {
    /** The clock of a database may be set back a little while a message waits. */
    static final long EARLY_MILLIS = 2_000;

    /** Returns whether the copy waits for its next attempt: a message that comes before that time commands nothing. */
    public boolean isTooEarly() {
        return copy.errorCode() != null && dueInMillis > EARLY_MILLIS;
    }
}
