package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Facts of our own tables about the bytes that a row of the public table shows. Epoch milliseconds do not depend on a zone, as the times of
 * the row do.
 *
 * @param proved whether we have read the bytes back, whatever their copies are now
 * @param replicatedAt when we shipped the copy; null if Heratio did, or if we have no copy at the row's remote path
 * @param provedAt when that was read back last; null if it was not, or there is none
 */
public record OwnTimes(
        boolean proved,
        @Nullable Long replicatedAt,
        @Nullable Long provedAt) {
    /** Nothing is known. */
    public static final OwnTimes NONE = new OwnTimes(false, null, null);
}
