package org.heratio.offsite.ledger;

import java.util.Optional;

/** When backup directories were looked through last, by any process. The rules of {@link Ledger} hold. */
public interface Scans {
    /**
     * The last scans of a backup directory, in epoch milliseconds.
     *
     * @param at when the last one of any kind ended
     * @param served when the last one ended that a service made by itself; 0 if there was none
     */
    record Last(long at, long served) {}

    /**
     * Records that a scan has ended.
     *
     * @param root the backup directory, absolute
     * @param at epoch milliseconds
     * @param served whether a service made it by itself, and no command asked for it
     */
    void record(String root, long at, boolean served) throws LedgerException;

    /** Returns the last scans of a backup directory; empty if none is recorded. */
    Optional<Last> last(String root) throws LedgerException;
}
