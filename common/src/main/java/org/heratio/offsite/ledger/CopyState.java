package org.heratio.offsite.ledger;

/** How far a copy is. */
public enum CopyState {
    /** Wanted, and not yet there. */
    PENDING,
    /** Put at the destination, bytes not yet read back. */
    REPLICATED,
    /** Read back from the destination, hash right. */
    VERIFIED,
    /** Read back, and the bytes are not what was shipped. */
    CORRUPT,
    /** Not at the destination any more. */
    MISSING,
    /** Could not be made; the error says why. Taken up again by a requested scan. */
    FAILED
}
