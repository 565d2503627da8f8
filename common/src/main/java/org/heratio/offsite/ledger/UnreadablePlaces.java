package org.heratio.offsite.ledger;

/** The places in backup directories that scans cannot read. The rules of {@link Ledger} hold. */
public interface UnreadablePlaces {
    /**
     * Records what a scan could not read, in place of what earlier scans of the same directory recorded. A place in
     * both keeps its {@code since}, and so does one below a place that is found now: nobody could look there. {@link
     * Unreadable#NONE} deletes all. Deletes directories that no scan has seen for a week.
     *
     * @param root the backup directory, absolute
     */
    void record(String root, Unreadable found) throws LedgerException;

    /** Returns what the last scan of a backup directory could not read, longest known first. */
    Unreadable of(String root) throws LedgerException;
}
