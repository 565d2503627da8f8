package org.heratio.offsite.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rows that Heratio itself wrote into the public table, and how their copies come into the ledger. The rules of {@link Ledger} hold.
 */
public interface HeratioClaims {
    /**
     * Returns Heratio's rows at a destination that were not reviewed yet, oldest first: without a copy in the ledger, neither adopted nor
     * {@linkplain #markReviewed reviewed}. While such a row calls an archive replicated or verified, {@link Versions#settle} adds no copy
     * of it at that destination.
     *
     * @param place identifies where the destination is; rows that were reviewed at another place are returned again
     */
    List<ReplicationRow> unreviewed(String driver, String place) throws LedgerException;

    /**
     * Returns those of some archives that {@link Versions#settle} adds no copy of at a destination, because of a row that was not reviewed
     * yet. One transaction for all of them.
     *
     * @param paths of archives
     */
    Set<String> withheld(String driver, Collection<String> paths) throws LedgerException;

    /**
     * Adds Heratio's copies as REPLICATED. They count as claims until they are proved or found damaged, and only sweeps work on them. The
     * public rows stay as they are. One transaction: pass a few hundred at once.
     *
     * @return the ids of the rows that were taken; a row that changed meanwhile, or whose path or remote path has a copy already, is not
     */
    Set<Long> adopt(List<ClaimedCopy> claims) throws LedgerException;

    /** Marks rows that do not fit as reviewed, until Heratio writes them anew. Pass a few hundred at once. */
    void markReviewed(String place, List<ReplicationRow> rows) throws LedgerException;

    /** Returns what Heratio claims to have put in place of a copy of the newest version of its path; empty where it claims nothing. */
    Optional<ReplicationRow> overwritten(long copyId) throws LedgerException;

    /**
     * Turns a copy into Heratio's claim, with the hash and size of its row.
     *
     * @return false when the row or the copy has changed meanwhile
     */
    boolean reclaimed(Copy copy, ReplicationRow row) throws LedgerException;

    /**
     * Returns the number of claims that wait for a proof, by driver. One without a hash waits for none while a newer version of its archive
     * has a verified copy at the destination.
     */
    Map<String, Long> counts() throws LedgerException;
}
