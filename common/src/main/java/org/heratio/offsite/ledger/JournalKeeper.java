package org.heratio.offsite.ledger;

import java.time.Duration;

/** Keeps the journal within its bounds. */
public final class JournalKeeper {
    /** Batches of one call: a journal that has grown far beyond its bounds must not occupy its thread for hours. */
    private static final int BATCHES = 1000;

    private final Journal journal;
    private final Duration age;
    private final long rows;

    public JournalKeeper(Journal journal, Duration age, long rows) {
        this.journal = journal;
        this.age = age;
        this.rows = rows;
    }

    /** Deletes what is beyond the bounds, in small transactions. Blocks. Several processes may do so at once. */
    public void trim() throws LedgerException {
        for (int batch = 0; batch < BATCHES && journal.trim(age, rows) > 0; batch++) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }
}
