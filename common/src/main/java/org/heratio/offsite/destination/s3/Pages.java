package org.heratio.offsite.destination.s3;

import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.failure.FailureException;

/** Counts what comes page by page, and ends what has no end. */
final class Pages {
    /** Some stores give a page without entries now and then. */
    private static final int MOST_EMPTY = 100;

    private final String what;
    private final int most;
    private long entries;
    private int empty;

    /**
     * @param what what is done, on what, for the message
     * @param most entries of all pages
     */
    Pages(String what, int most) {
        this.what = what;
        this.most = most;
    }

    /** Counts a page with so many entries. */
    void next(int size) throws FailureException {
        entries += size;
        empty = size == 0 ? empty + 1 : 0;
        if (entries > most || empty > MOST_EMPTY) {
            throw Expected.wrong(what + ": it does not end after " + entries + " entries");
        }
    }
}
