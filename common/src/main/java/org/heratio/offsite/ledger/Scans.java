package org.heratio.offsite.ledger;

import java.util.Optional;

/** When backup directories were looked through last, by any process. The rules of {@link Ledger} hold. */
public interface Scans {
    /**
     * The last scans of a backup directory, in epoch milliseconds.
     *
     * @param at when the last one of any kind ended; 0 if none did
     * @param served when a service gave its last sign of life, at the end of a scan or in it; 0 if none did
     */
    record Last(long at, long served) {}

    /**
     * Records that a scan has ended.
     *
     * @param root the backup directory, absolute
     * @param at epoch milliseconds
     * @param served whether a service made it
     */
    void record(String root, long at, boolean served) throws LedgerException;

    /**
     * Records that a service is in a scan, which may take long.
     *
     * @param root the backup directory, absolute
     * @param at epoch milliseconds
     */
    void goesOn(String root, long at) throws LedgerException;

    /** Returns the last scans of a backup directory; empty if none is recorded. */
    Optional<Last> last(String root) throws LedgerException;
}
