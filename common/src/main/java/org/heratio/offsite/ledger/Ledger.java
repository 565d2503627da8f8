package org.heratio.offsite.ledger;

/**
 * Records what is off-site, what is on its way, and what was proved. This interface hands out the roles; a class takes those that it uses.
 * Our own tables and Heratio's public table are written in one transaction.
 *
 * <p>Rules of every role: each method blocks, and is called from worker threads only, never from an event loop. Each is one transaction,
 * which is retried on deadlocks. Each transition compares and sets: it returns false (or empty) and changes nothing when the row is not in
 * the state that it starts from, so that any call may be repeated after a crash. Times are epoch milliseconds; leases and due times go by
 * the database's clock. Safe for use by several threads.
 */
public interface Ledger extends AutoCloseable {
    Versions versions();

    KnownBytes knownBytes();

    Payloads payloads();

    Copies copies();

    Proofs proofs();

    PendingWork pendingWork();

    Requests requests();

    HeratioClaims claims();

    EncryptedCopies encryptedCopies();

    Schedules schedules();

    Leases leases();

    UnreadablePlaces unreadablePlaces();

    Scans scans();

    Journal journal();

    Notices notices();

    LedgerView view();

    Overview overview();

    HistorySearch search();

    Retries retries();

    IdlePayloads idlePayloads();

    RestorableArchives restorableArchives();

    /** Returns the random id that this ledger was made with. It marks what is ours at destinations that several installations share. */
    String installationId();

    /**
     * Checks that the database is still the one that was opened. Cheap enough for every second; each transaction does the same.
     *
     * @throws LedgerException {@code LEDGER_LOST} when the file of an embedded database was deleted, emptied or replaced, or when a
     *     transaction found that the database has lost its tables, or is older than what it has acknowledged
     */
    void requirePresent() throws LedgerException;

    /**
     * Checks the same, and reads the ledger's id from the database, in a transaction that waits like any other: for every few seconds.
     *
     * @throws LedgerException {@code LEDGER_LOST} as above, and when the tables were dropped, emptied or made anew;
     *     {@code LEDGER_UNAVAILABLE} while the database is away
     */
    void requireUnchanged() throws LedgerException;

    @Override
    void close();
}
