package org.heratio.offsite.dashboard.summary;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Overview;
import org.heratio.offsite.ledger.Retries;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.status.Status;
import org.jspecify.annotations.Nullable;

/**
 * Answers of the ledger at one time.
 *
 * @param heads by driver
 * @param copies by driver and state
 * @param safeCopies number of archives by the number of destinations at which they are safe
 * @param safeAt number of archives that are safe at a destination, by driver
 * @param weak by driver
 * @param retrying work whose last attempt failed
 * @param outages what uploads wait for, by driver
 * @param paths of the versions that are on their way, by id
 * @param ended transfers that are under way no longer
 * @param status what {@code offsite status} says; it may be older than the rest
 * @param waitLimit how long an archive may wait to be off-site and verified, or null
 */
public record Facts(
        Instant at,
        Map<String, Overview.Heads> heads,
        Map<String, Map<CopyState, Long>> copies,
        Map<VersionState, Long> versions,
        Map<Integer, Long> safeCopies,
        Map<String, Long> safeAt,
        Map<String, Overview.Weak> weak,
        List<Overview.Minute> traffic,
        @Nullable Long newestArchive,
        @Nullable Long lastSweep,
        long unreadable,
        Retries.Waiting retrying,
        Map<String, Retries.Outage> outages,
        Map<Long, String> paths,
        List<Transfers.Transfer> ended,
        Status status,
        @Nullable Duration waitLimit) {

    /** Returns the number of copies at a destination in a state. */
    public long copies(String driver, CopyState state) {
        return copies.getOrDefault(driver, Map.of()).getOrDefault(state, 0L);
    }

    /** Returns the number of archives that failed and are still there: those that were deleted can never be shipped. */
    public long failedArchives() {
        return Math.min(
                versions.getOrDefault(VersionState.FAILED, 0L),
                status.archives().getOrDefault(VersionState.FAILED, 0L));
    }

    /** Returns the number of copies that failed at a destination, of archives that are still there. */
    public long failedCopies(String driver) {
        return Math.min(
                copies(driver, CopyState.FAILED),
                status.copies().getOrDefault(driver, Map.of()).getOrDefault(CopyState.FAILED, 0L));
    }

    /** Returns whether a destination has a safe copy of each archive. */
    public boolean hasAll(String driver) {
        return archives() > 0 && safeAt.getOrDefault(driver, 0L) >= archives();
    }

    /** Returns the number of archives. */
    public long archives() {
        return safeCopies.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the number of archives that are safe at so many destinations or more. */
    public long safeAt(int destinations) {
        return safeCopies.entrySet().stream()
                .filter(entry -> entry.getKey() >= destinations)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns the proofs that do not count at a destination. */
    public Overview.Weak weakAt(String driver) {
        return weak.getOrDefault(driver, new Overview.Weak(0, 0, 0));
    }
}
