package org.heratio.offsite.ledger;

import java.util.List;
import java.util.Optional;
import org.heratio.offsite.failure.Failure;
import org.jspecify.annotations.Nullable;

/** The requests of commands: what was asked for, and how far it is. The rules of {@link Ledger} hold. */
public interface Requests {
    /** Opens a request, and deletes those older than a week. Idempotent. */
    void open(String requestId, String kind, RequestOptions options) throws LedgerException;

    /** Opens a request without options. */
    default void open(String requestId, String kind) throws LedgerException {
        open(requestId, kind, RequestOptions.NONE);
    }

    /** Opens a request without options. The journal gets a fact of the asker's about it, and none of its own. Idempotent. */
    void open(String requestId, String kind, JournalEntry asked) throws LedgerException;

    /**
     * Returns the options of a request. They hold until its scan ends, and for an hour in any case, since a scan may be
     * repeated after a crash. Empty for other requests.
     */
    Optional<RequestOptions> options(String requestId) throws LedgerException;

    /** Returns whether a request was opened, and not deleted since. Its scan may have ended. */
    boolean isKnown(String requestId) throws LedgerException;

    /** Adds archives and destinations to a request; an archive that is still being written has the version 0. */
    void add(String requestId, List<RequestStatus.Item> items) throws LedgerException;

    /**
     * Records that an archive, which was being written when the request looked at it, has settled, or was deleted
     * (version 0).
     */
    void settled(String requestId, String path, long versionId) throws LedgerException;

    /** Fails the items of a request that wait for an archive that cannot be read any longer. Idempotent. */
    void unreadable(String requestId, String path, Failure failure) throws LedgerException;

    /** Records that a request is complete: no more items come. */
    void scanned(String requestId, int found, int skipped) throws LedgerException;

    /** Records the verdict on a copy in each request that waits for it. */
    void checked(long copyId, String outcome, @Nullable String error) throws LedgerException;

    /**
     * Records the proof of a verified copy in each request that waits for the copy and was not opened after that proof.
     * A request that was opened later waits for another read. Idempotent.
     */
    void proved(long copyId) throws LedgerException;

    /**
     * Returns whether a request waits for somebody to read a copy: it has no verdict, or the damage that it was told of
     * is repaired. A request waits for no copy that was verified since it was opened: {@link #proved} answers it.
     */
    boolean awaitsCheck(long copyId) throws LedgerException;

    /** Returns a request with its items as they are now; empty where there is none. */
    Optional<RequestStatus> status(String requestId) throws LedgerException;

    /**
     * Counts the items of a request as they are now; empty where there is none. Items that are alike are one group. Each item of a
     * superseded version is a group of its own, so that the answer grows with the number of these.
     */
    Optional<RequestCounts> counts(String requestId) throws LedgerException;
}
