package org.heratio.offsite.ledger;

import java.util.Set;

/**
 * A version that failed and of which no destination has, or is about to get, a copy.
 *
 * @param failed whether the version itself failed, and not its copies alone
 * @param drivers the destinations that have a failed copy of it
 * @param codes the error codes of the version and of its copies
 * @param settledAt epoch milliseconds when it was found finished
 */
public record FailedArchive(
        long versionId,
        String path,
        long size,
        long mtimeNanos,
        boolean failed,
        Set<String> drivers,
        Set<String> codes,
        long settledAt) {
    public FailedArchive {
        drivers = Set.copyOf(drivers);
        codes = Set.copyOf(codes);
    }
}
