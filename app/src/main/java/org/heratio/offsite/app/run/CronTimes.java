package org.heratio.offsite.app.run;

import java.time.Instant;
import java.util.Optional;
import org.heratio.offsite.stage.LastDue;
import org.jspecify.annotations.Nullable;

/** The times of a cron expression. An answer is kept until the next of them, since each message asks. Thread-safe. */
final class CronTimes implements LastDue.Times {
    private final CronSchedule cron;
    private volatile @Nullable Answer last;

    /** @param end when it is wrong; null for never */
    private record Answer(
            Optional<Instant> due, Instant asked, @Nullable Instant end) {
        boolean holds(Instant until) {
            return !until.isBefore(asked) && (end == null || until.isBefore(end));
        }
    }

    CronTimes(CronSchedule cron) {
        this.cron = cron;
    }

    @Override
    public Optional<Instant> latest(Instant until) {
        Answer known = last;
        if (known == null || !known.holds(until)) {
            known = new Answer(
                    cron.latest(Instant.EPOCH, until), until, cron.after(until).orElse(null));
            last = known;
        }
        return known.due();
    }
}
