package org.heratio.offsite.stage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Schedules;

/**
 * Tells when scheduled work was due last. The message that asks for the work comes before the ledger records that it
 * was asked for. What handles the message therefore goes by the cron expression of its own host, and by the ledger as
 * well, since another host may have another expression. Thread-safe.
 */
public final class LastDue {
    /** Clocks of hosts differ: by the clock of this one, a message may come before its time. */
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    private final String schedule;
    private final Times times;
    private final Schedules schedules;

    /** The times of a cron expression. Thread-safe. */
    @FunctionalInterface
    public interface Times {
        /** A schedule that is off. */
        Times NEVER = until -> Optional.empty();

        /** Returns the last time until an instant, or at it; empty where there is none. */
        Optional<Instant> latest(Instant until);
    }

    /**
     * @param schedule the name of the schedule in the ledger
     * @param times of this host
     */
    public LastDue(String schedule, Times times, Schedules schedules) {
        this.schedule = schedule;
        this.times = times;
        this.schedules = schedules;
    }

    /**
     * Returns when the work was due last by the cron expression of this host: epoch milliseconds, at most a few minutes
     * after now; 0 where it never was.
     */
    public long here(long now) {
        return times.latest(Instant.ofEpochMilli(soon(now)))
                .map(Instant::toEpochMilli)
                .orElse(0L);
    }

    /** Returns the same by the cron expression of this host or of another one, whichever is later. */
    public long anywhere(long now) throws LedgerException {
        long done = schedules.doneUntil(schedule).filter(at -> at <= soon(now)).orElse(0L);
        return Math.max(here(now), done);
    }

    private static long soon(long now) {
        return now + CLOCKS.toMillis();
    }
}
