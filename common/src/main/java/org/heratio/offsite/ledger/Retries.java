package org.heratio.offsite.ledger;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.failure.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Read-only queries about work that has failed and is tried again. Each costs as much as there is of such work. The rules of {@link Ledger}
 * hold; times are epoch milliseconds.
 */
public interface Retries {
    /** Returns the work whose last attempt failed, and whose next one is due later. */
    Waiting waiting() throws LedgerException;

    /**
     * Returns the outage that a stage waits for: its newest failed attempt has one of the codes, and so have others before it. Empty if the
     * newest has another one, if there are fewer, or if none failed since.
     *
     * @param stage as it names itself, for example {@code uploader:s3}
     * @param codes of an outage
     * @param failures how many attempts make an outage, at least
     * @param since attempts before then do not count
     */
    Optional<Outage> outage(String stage, Set<ErrorCode> codes, int failures, long since) throws LedgerException;

    /** Returns the last failed attempts at copies, by copy; a copy without one is left out. */
    Map<Long, Attempt> ofCopies(Collection<Long> copyIds) throws LedgerException;

    /** Returns the last failed attempt at a version as a whole; empty if there is none. */
    Optional<Attempt> ofVersion(long versionId) throws LedgerException;

    /** Returns since when copies cannot be read back, by copy; one without such a failure since its last proof is left out. */
    Map<Long, Long> proofsFailingSince(Collection<Long> copyIds) throws LedgerException;

    /**
     * Work that waits for its next attempt.
     *
     * @param versions those that are not sealed
     * @param copies by driver and state
     */
    record Waiting(long versions, Map<String, Map<CopyState, Long>> copies) {
        /** Returns the number of copies at a destination in a state. */
        public long copies(String driver, CopyState state) {
            return copies.getOrDefault(driver, Map.of()).getOrDefault(state, 0L);
        }
    }

    /**
     * A time during which no attempt at a destination succeeds.
     *
     * @param since the first of these attempts
     * @param reason of the last one
     */
    record Outage(long since, String reason) {}

    /**
     * A failed attempt.
     *
     * @param number 1 for the first
     */
    record Attempt(
            int number,
            String code,
            String reason,
            @Nullable String hint,
            long at) {}
}
