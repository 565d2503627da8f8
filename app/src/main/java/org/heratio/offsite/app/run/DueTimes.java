package org.heratio.offsite.app.run;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which times of a schedule have come, for someone who looks at a clock now and then. Several that were slept through are one; a clock
 * that is put back brings none again.
 */
final class DueTimes {
    private final CronSchedule schedule;
    private @Nullable Instant next;

    DueTimes(CronSchedule schedule, Instant start) {
        this.schedule = schedule;
        this.next = schedule.after(start).orElse(null);
    }

    /** Whether a time has come since this was asked last. */
    boolean due(Instant now) {
        if (next == null || now.isBefore(next)) {
            return false;
        }
        next = schedule.after(now).orElse(null);
        return true;
    }

    Optional<Instant> next() {
        return Optional.ofNullable(next);
    }
}
