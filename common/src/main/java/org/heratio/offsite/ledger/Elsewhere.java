package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Copies at one destination that lie outside the place that is asked for.
 *
 * @param copies how many the ledger knows at the destination
 * @param outside how many of them lie outside
 * @param first the remote path of one of these, or null where there is none
 */
public record Elsewhere(long copies, long outside, @Nullable String first) {}
