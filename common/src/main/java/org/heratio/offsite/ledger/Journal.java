package org.heratio.offsite.ledger;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The append-only history of each archive. Each transition of the ledger writes its own fact in its own transaction. The rules of {@link
 * Ledger} hold.
 */
public interface Journal {
    /** Appends a fact that is no transition of the ledger. */
    void append(JournalEntry entry) throws LedgerException;

    /**
     * Returns facts about the archive at a path, in order, one page at a time.
     *
     * @param path empty for the facts about no single archive
     * @param beyond the id of the last fact of the page before; null for the first page
     */
    List<JournalEntry> story(String path, Order order, @Nullable Long beyond, int limit) throws LedgerException;

    /**
     * Returns facts about all archives, newest first, one page at a time.
     *
     * @param kind only facts of this kind, among the newest hundred thousand; null for all
     * @param beyond the id of the last fact of the page before; null for the first page
     */
    List<JournalEntry> latest(@Nullable Kind kind, @Nullable Long beyond, int limit) throws LedgerException;

    /**
     * Returns facts with ids above one, oldest first. Ids may be committed out of their order: whoever follows the journal reads the last
     * ones again, and leaves out those that he knows.
     */
    List<JournalEntry> above(long id, int limit) throws LedgerException;

    /**
     * Deletes facts that are older than an age or beyond a number, oldest first, a thousand of each at most. The newest fact stays.
     *
     * @return how many were deleted; 0 when nothing is left to delete
     */
    int trim(Duration age, long rows) throws LedgerException;

    /**
     * Tells a listener of each fact that this process records from now on, once its transaction is committed. It replaces the one before.
     *
     * @param listener called on worker threads, several at once; must neither block nor throw
     */
    void onRecorded(Consumer<RecordedFact> listener);

    /** The order of a story. */
    enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }
}
