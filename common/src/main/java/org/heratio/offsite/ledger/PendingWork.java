package org.heratio.offsite.ledger;

import java.util.Collection;
import java.util.List;
import org.heratio.offsite.failure.Failure;
import org.jspecify.annotations.Nullable;

/** The work that is not finished, and the attempts at it. The rules of {@link Ledger} hold. */
public interface PendingWork {
    /**
     * Returns work whose message should have been handled by now: no process has a lease on it, and its due time is more than
     * {@code graceMillis} ago. Sets the due time of each to now.
     *
     * @param graceMillis 0 returns all work without a lease, as at the start of a process whose messages died with it
     */
    List<PendingTask> overdue(Collection<String> drivers, long graceMillis) throws LedgerException;

    /** Returns the unfinished work of one version, due or not. */
    List<PendingTask> ofVersion(long versionId, Collection<String> drivers) throws LedgerException;

    /** Returns all unfinished work, due or not, leased or not. Sets the due time of each to now. */
    List<PendingTask> all(Collection<String> drivers) throws LedgerException;

    /**
     * Returns work that has failed, without a lease, whose next attempt is due in more than {@code beyondMillis}. Sets the due time of each
     * to now: somebody asks for it, and may have mended what stood in the way.
     */
    List<PendingTask> waiting(Collection<String> drivers, long beyondMillis) throws LedgerException;

    /**
     * Returns one page of the versions that can be sealed now, in the order in which they became due: SETTLED, with a copy pending at one of
     * the drivers, due, and without a failed attempt. After one, a version is left to the message of its own. Versions that another process
     * works on may be among them. Changes nothing. The cost follows from the limit, and from the versions in between that are due and
     * left out; not from all that wait, nor from the size of the ledger.
     *
     * @param behind the last version of the page before, or {@link DueVersion#FIRST}
     * @param limit how many at most
     */
    List<DueVersion> toSeal(Collection<String> drivers, DueVersion behind, int limit) throws LedgerException;

    /**
     * Returns one page of the versions whose copy at a destination can be shipped now, in the order in which the copies became due: PENDING,
     * sealed, due, and without a failed attempt. After one, a copy is left to the message of its own. Copies that another process works on
     * may be among them. Changes nothing. The cost follows from the limit, whatever waits, and whatever the size of the ledger.
     *
     * @param behind the end of the page before, or {@link DueVersion#FIRST}
     * @param limit how many pending copies a page covers, at most
     */
    DuePage toShip(String driver, DueVersion behind, int limit) throws LedgerException;

    /** Returns how the last versions ended at the encryptor, so many at most, the newest first. Looks at the newest versions only. */
    List<SealHistory> lastSeals(int limit) throws LedgerException;

    /**
     * Records a failed attempt at a version or copy, and returns what it was about.
     *
     * @param copyId 0 for an attempt at the version
     * @param delayMillis in how long, by the database's clock, the next attempt is due; null for never
     */
    FailedWork attemptFailed(
            String stage, long versionId, long copyId, int attempt, Failure failure, @Nullable Long delayMillis)
            throws LedgerException;

    /**
     * Records that work waits without having failed. It is not overdue before its message comes again. Changes nothing where the work is
     * due later than that already.
     *
     * @param copyId 0 when the version waits
     * @param obstacle what it waits for, as people should read it; null for nothing they need to know
     */
    void postponed(long versionId, long copyId, @Nullable Failure obstacle, long delayMillis) throws LedgerException;
}
