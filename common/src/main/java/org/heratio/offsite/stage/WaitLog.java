package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides when it is said that something is waited for: at once, every ten minutes while it lasts, and when it is over. Thread-safe: one of
 * many threads that wait for the same thing says so.
 */
final class WaitLog {
    private static final long AGAIN_NANOS = Duration.ofMinutes(10).toNanos();

    private final LongSupplier nanos;
    private volatile boolean waiting;
    private long since;
    private long said;

    /** @param nanos as {@link System#nanoTime} */
    WaitLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Returns how long it has lasted, when that is to be said now. */
    synchronized Optional<Duration> failed() {
        long now = nanos.getAsLong();
        if (!waiting) {
            waiting = true;
            since = now;
        } else if (now - said < AGAIN_NANOS) {
            return Optional.empty();
        }
        said = now;
        return Optional.of(Duration.ofNanos(now - since));
    }

    /** Returns how long it lasted, to the first that finds it over. */
    Optional<Duration> succeeded() {
        return waiting ? over() : Optional.empty();
    }

    private synchronized Optional<Duration> over() {
        if (!waiting) {
            return Optional.empty();
        }
        waiting = false;
        return Optional.of(Duration.ofNanos(nanos.getAsLong() - since));
    }
}
