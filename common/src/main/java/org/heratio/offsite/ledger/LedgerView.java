package org.heratio.offsite.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Read-only queries for people: history, counts, restorable versions. The rules of {@link Ledger} hold. */
public interface LedgerView {
    /** Returns rows of the public table, newest {@code replicated_at} first. */
    List<ReplicationRow> history(int limit, @Nullable String status) throws LedgerException;

    /** Returns what is known of each row's bytes, by the row's id; without the rows of which nothing is known. */
    Map<Long, OwnTimes> ownTimes(List<ReplicationRow> rows) throws LedgerException;

    /**
     * Returns the versions with a copy at a destination whose path or remote name ends with the given text, newest
     * first.
     */
    List<Version> restorable(String archive) throws LedgerException;

    /**
     * Returns the paths of the archives whose path or remote name ends with the given text, newest first. They need no
     * copy at any destination.
     */
    List<String> paths(String archive) throws LedgerException;

    /** Returns whether a destination should hold copies, REPLICATED or VERIFIED, whose remote path has the prefix. */
    boolean holdsCopies(String driver, String remotePathPrefix) throws LedgerException;

    /** Returns how many copies a destination has, and how many have remote paths without the prefix. */
    Elsewhere elsewhere(String driver, String remotePathPrefix) throws LedgerException;

    /** Returns the number of copies by driver and state. */
    Map<String, Map<CopyState, Long>> copyCounts() throws LedgerException;

    /**
     * Returns the copies that should be at their destination, and whose proof does not count. A copy may be there for
     * both reasons.
     *
     * @param failing those that could not be read back at two times with this or more between them, nor at any in
     *     between
     * @param provedBefore those that were proved last before then; epoch milliseconds
     */
    List<WeakProof> weakProofs(Duration failing, long provedBefore) throws LedgerException;

    /** Returns how many of the copies that should be at their destination are in an archive tier of it, by driver. */
    Map<String, Long> archivedCopies() throws LedgerException;

    /** Returns the number of versions by state. */
    Map<VersionState, Long> versionCounts() throws LedgerException;

    /**
     * Returns the archives that were seen first before a time, and have no copy at one of the destinations yet; and those
     * that were shipped before it, and are not proved yet. Those that failed, and Heratio's claims, are not among them.
     *
     * @param drivers at least one
     * @param before epoch milliseconds
     */
    WaitingCopies waiting(Collection<String> drivers, long before) throws LedgerException;

    /**
     * Returns whether an archive that was seen first at a time or before it is not sealed yet; or with a driver, whether one has no copy there
     * yet, or is shipped there again.
     *
     * @param driver empty for the sealing
     * @param before epoch milliseconds
     */
    boolean underWay(String driver, long before) throws LedgerException;

    /** Returns the failed archives without a copy at any destination, by version. */
    List<FailedArchive> failedWithoutCopy() throws LedgerException;
}
