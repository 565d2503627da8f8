package org.heratio.offsite.ledger;

import java.util.List;
import java.util.Optional;

/** Versions with the same bytes: copies of one of them serve the others (ADR 78). The rules of {@link Ledger} hold. */
public interface KnownBytes {
    /**
     * Records that a SETTLED version has the bytes of a sealed one, so that nothing of it is shipped. Where that one is of the same path, it
     * takes the time of the file and is the newest of the path, and the version becomes SUPERSEDED. Otherwise the version becomes SEALED,
     * {@linkplain Version#sameAs same as} the one that has the copies. Requests and public rows follow. Idempotent.
     *
     * @param sha256 of the archive
     * @param encrypted whether copies of the version have to be encrypted; others do not serve it
     * @return the sealed version; empty, and nothing is changed, where none with these bytes has an undamaged copy at each destination that
     *     the version waits for, or the version is shipped by force
     */
    Optional<Version> record(long versionId, String sha256, boolean encrypted) throws LedgerException;

    /** Returns sealed versions with the size and the hash of one, newest first and at most {@code limit}. */
    List<Version> others(long versionId, int limit) throws LedgerException;
}
