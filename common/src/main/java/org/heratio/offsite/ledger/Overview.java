package org.heratio.offsite.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Read-only queries for a page that is looked at all day: heads of backlogs, sums and counts. No answer grows with the ledger. The rules of
 * {@link Ledger} hold. All but {@link #bySafePlaces} cost a range of an index.
 */
public interface Overview {
    /** Returns the ends of what a destination has and waits for. */
    Heads heads(String driver) throws LedgerException;

    /**
     * Returns how many proofs do not count, by driver. A driver without any has no entry.
     *
     * @param drivers the destinations that are asked for: each is a range of an index, and all together are none
     */
    Map<String, Weak> weakProofs(Collection<String> drivers, Duration doubted, long provedBefore)
            throws LedgerException;

    /**
     * Returns the number of archives by the destinations at which their newest version is safe: a verified copy whose last read-back did
     * not fail, and whose proof is new enough. Reads each archive once.
     *
     * @param drivers the destinations that count
     * @param provedBefore proofs before then do not count; epoch milliseconds, 0 for none
     */
    Map<Set<String>, Long> bySafePlaces(Collection<String> drivers, long provedBefore) throws LedgerException;

    /** Returns the number of archives by the number of such destinations. */
    static Map<Integer, Long> byNumber(Map<Set<String>, Long> bySafePlaces) {
        Map<Integer, Long> counts = new TreeMap<>();
        bySafePlaces.forEach((places, archives) -> counts.merge(places.size(), archives, Long::sum));
        return counts;
    }

    /** Returns what was shipped and read back since a time, by minute, oldest first. Minutes without either are left out. */
    List<Minute> traffic(Collection<String> drivers, long since) throws LedgerException;

    /** Returns when the newest archive was first seen, as epoch milliseconds; null where there is none. */
    @Nullable
    Long newestArchive() throws LedgerException;

    /**
     * The ends of a destination; times are epoch milliseconds, and null where there is none.
     *
     * @param newestSafe the newest archive with a verified copy there
     * @param oldestWaiting when the first archive that waits for its first copy was finished
     * @param oldestUnverified when the first copy was shipped that was never read back, and can be: it is in no archive tier
     * @param oldestProof the last proof of the verified copy that was not read for longest
     * @param lastShipped the last time that a copy arrived
     * @param lastProved the last time that a copy was read back and right
     * @param first when the first archive for this destination was finished
     */
    record Heads(
            @Nullable Newest newestSafe,
            @Nullable Long oldestWaiting,
            @Nullable Long oldestUnverified,
            @Nullable Long oldestProof,
            @Nullable Long lastShipped,
            @Nullable Long lastProved,
            @Nullable Long first) {}

    /** An archive that is safe at a destination; times are epoch milliseconds. */
    record Newest(long versionId, String path, long landedAt, long provedAt) {}

    /**
     * Copies that should be at their destination, and whose proof does not count.
     *
     * @param failing those whose last read-back failed
     * @param doubted those of them that could not be read back for long
     * @param stale those that were read back too long ago
     */
    record Weak(long failing, long doubted, long stale) {}

    /**
     * One minute.
     *
     * @param at its beginning, epoch milliseconds
     */
    record Minute(long at, long shippedBytes, long readBackBytes) {}
}
