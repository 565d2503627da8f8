package org.heratio.offsite.dashboard.summary;

import java.time.Duration;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** A query that is asked again only after a multiple of the time that it took, so that it never takes more than a share of the database. */
final class Paced<T> {
    private static final int SHARE = 20;

    private final Query<T> query;
    private final long pause;
    private @Nullable T last;
    private long dueAt;

    /** A question that takes its time. */
    interface Query<T> {
        T ask() throws FailureException;
    }

    /** @param pause at least so long between two answers */
    Paced(Duration pause, Query<T> query) {
        this.pause = pause.toNanos();
        this.query = query;
    }

    /** Returns an answer, which may be older. Blocks. For one thread at a time. */
    T get() throws FailureException {
        T known = last;
        if (known != null && System.nanoTime() - dueAt < 0) {
            return known;
        }
        long begun = System.nanoTime();
        T answer = query.ask();
        long ended = System.nanoTime();
        last = answer;
        dueAt = ended + Math.max(pause, SHARE * (ended - begun));
        return answer;
    }
}
