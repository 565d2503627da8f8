package org.heratio.offsite.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.failure.Failure;

/** The copies at destinations, from the pending put to the damage. Proofs are {@link Proofs}. The rules of {@link Ledger} hold. */
public interface Copies {
    /** Returns a copy, or empty where there is none. */
    Optional<Copy> find(long copyId) throws LedgerException;

    /** Returns the copies of a version. */
    List<Copy> ofVersion(long versionId) throws LedgerException;

    /** Returns the copies of several versions, by version; a version without one is left out. */
    Map<Long, List<Copy>> ofVersions(Collection<Long> versionIds) throws LedgerException;

    /** Returns the copy, of any version, that is stored under a remote path or whose pending put names it; empty where there is none. */
    Optional<Copy> at(String driver, String remotePath) throws LedgerException;

    /**
     * Records where a pending copy is put, and which payload, before the first byte is sent. A later attempt then knows what an interrupted
     * one left.
     *
     * @return false also for an unencrypted payload that was deleted meanwhile, or would replace an encrypted copy that is damaged
     */
    boolean recordPendingPut(long copyId, String remotePath, Payload payload) throws LedgerException;

    /** PENDING, or CORRUPT or MISSING under repair → REPLICATED, with the public row. */
    boolean replicated(long copyId, String remotePath, Payload payload) throws LedgerException;

    /** PENDING → FAILED, with the public row. */
    boolean fail(long copyId, Failure failure) throws LedgerException;

    /**
     * → CORRUPT or MISSING, with one more repair, and a public row {@code failed}.
     *
     * @param read the copy as it was when its bytes were read; false when it was shipped, proved or found damaged since
     */
    boolean damaged(Copy read, CopyState state, Failure failure) throws LedgerException;
}
