package org.heratio.offsite.ledger;

import java.time.LocalDate;
import java.util.List;
import org.heratio.offsite.failure.Failure;
import org.jspecify.annotations.Nullable;

/** The proofs that copies are intact. The rules of {@link Ledger} hold. */
public interface Proofs {
    /**
     * Records that the bytes of a copy were read back and are right. REPLICATED, VERIFIED, CORRUPT or MISSING → VERIFIED, with the public
     * row. Each request that waits for the copy gets the outcome, too.
     *
     * @param sha256 of the bytes that were read; false when the copy has other bytes by now
     */
    boolean record(long copyId, String sha256) throws LedgerException;

    /**
     * Records that the store keeps a copy in an archive tier, where it cannot be read. Its state and its last proof stay, and it is
     * not pending until the next sweep. A proof, another put or another failure to read it ends that. Each request that waits for the
     * copy gets the outcome ARCHIVED, too, or REPLACED if it was told of damage that was repaired since. Idempotent.
     *
     * @param read the copy as it was when its bytes were asked for
     * @param failure with the code {@code COPY_ARCHIVED}
     * @return false when that was known, or when the copy is another one by now: then no request is told
     */
    boolean archived(Copy read, Failure failure) throws LedgerException;

    /**
     * Returns a page of the copies that a sweep reads: unproved ones first, then those with the oldest proof. Claims that wait for no proof
     * ({@link HeratioClaims#counts}) are not among them.
     *
     * @param after where the page before ended; null for the first page
     */
    List<Copy> due(Sweep sweep, @Nullable Place after, int limit) throws LedgerException;

    /**
     * Which copies a sweep reads.
     *
     * @param all whether VERIFIED copies are among them
     * @param from only copies replicated on or after this day, in the zone of the public table; null for all
     * @param driver only copies at this destination; null for all
     * @param until a VERIFIED copy that was proved after this time is not among them: epoch milliseconds
     */
    record Sweep(
            boolean all, @Nullable LocalDate from, @Nullable String driver, long until) {}

    /**
     * A copy's place in the order of a sweep.
     *
     * @param verified whether it was VERIFIED
     * @param provedAt epoch milliseconds; 0 for a copy without a proof
     */
    record Place(boolean verified, long provedAt, long copyId) {
        public static Place of(Copy copy) {
            Long provedAt = copy.provedAt();
            return new Place(copy.state() == CopyState.VERIFIED, provedAt == null ? 0 : provedAt, copy.id());
        }
    }
}
