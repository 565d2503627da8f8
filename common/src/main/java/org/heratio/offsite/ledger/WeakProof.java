package org.heratio.offsite.ledger;

/**
 * A copy whose proof does not count.
 *
 * @param since when reading it back failed first since the last proof, or when it was proved last; epoch milliseconds
 */
public record WeakProof(long versionId, String driver, Why why, long since) {
    /** Why the proof does not count. */
    public enum Why {
        /** Reading the copy back fails. */
        FAILING,
        /** The copy was read back too long ago. */
        OLD
    }
}
