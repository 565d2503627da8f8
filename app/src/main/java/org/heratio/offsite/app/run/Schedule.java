package org.heratio.offsite.app.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Schedules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that has to happen once at each time of a cron expression, in one of any number of processes. Up to when it
 * was seen to stands in the ledger: times that were slept through, because nothing ran or the broker was away, are made
 * up for, once for all of them (ADR 41).
 */
final class Schedule {
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);

    /** The clock may be set, and a laptop's lid closed. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(10);

    private static final Duration AGAIN = Duration.ofSeconds(30);

    /** Clocks of hosts differ by minutes; what lies further ahead was written by one that was plainly wrong. */
    private static final Duration NONSENSE = Duration.ofDays(1);

    private final String name;
    private final CronSchedule cron;
    private final Duration before;
    private final Schedules schedules;
    private final Leases leases;
    private final Clock clock;
    private final Task task;

    /** The scheduled work. It may run once more when the process dies right after it. */
    interface Task {
        void run() throws FailureException, InterruptedException;
    }

    /**
     * @param name of the schedule, for all processes the same
     * @param before how long before the very first look a time may lie and still count
     */
    Schedule(
            String name,
            CronSchedule cron,
            Duration before,
            Schedules schedules,
            Leases leases,
            Clock clock,
            Task task) {
        this.name = name;
        this.cron = cron;
        this.before = before;
        this.schedules = schedules;
        this.leases = leases;
        this.clock = clock;
        this.task = task;
    }

    /** Does what is due. How long it may be left alone then. */
    Duration look() throws InterruptedException {
        try {
            return seeTo(clock.instant());
        } catch (FailureException e) {
            LOG.warn(
                    "the scheduled {} is tried again in {} s: {}",
                    name,
                    AGAIN.toSeconds(),
                    e.failure().oneLine());
        } catch (RuntimeException e) {
            LOG.error("the scheduled {} is tried again in {} s", name, AGAIN.toSeconds(), e);
        }
        return AGAIN;
    }

    private Duration seeTo(Instant now) throws FailureException, InterruptedException {
        Instant until = until(now);
        Optional<Instant> due = cron.latest(until, now);
        if (due.isPresent()) {
            Optional<Lease> lease = leases.take("schedule:" + name);
            if (lease.isEmpty()) {
                return AGAIN;
            }
            try (Lease held = lease.get()) {
                // another process may have been quicker
                until = until(now);
                if (until.isBefore(due.get())) {
                    if (!run(held)) {
                        return AGAIN;
                    }
                    schedules.advance(name, until.toEpochMilli(), due.get().toEpochMilli());
                }
            }
        }
        return cron.after(now)
                .map(next -> Duration.between(now, next).plusMillis(1))
                .filter(left -> left.compareTo(LONGEST_SLEEP) < 0)
                .orElse(LONGEST_SLEEP);
    }

    /** Returns whether the work was done; it was not if its lease was lost meanwhile. */
    private boolean run(Lease held) throws FailureException, InterruptedException {
        try {
            task.run();
            return true;
        } catch (FailureException e) {
            if (held.held()) {
                throw e;
            }
            // another process has taken it over, or did it already
            LOG.info(
                    "the lease of the scheduled {} was lost meanwhile: {}",
                    name,
                    e.failure().oneLine());
            return false;
        }
    }

    private Instant until(Instant now) throws FailureException {
        Long noted = schedules.doneUntil(name).orElse(null);
        if (noted != null && Instant.ofEpochMilli(noted).isBefore(now.plus(NONSENSE))) {
            return Instant.ofEpochMilli(noted);
        }
        if (noted != null) {
            LOG.warn("the scheduled {} was done at {}, says the ledger; that is not believed", name, noted);
        }
        schedules.advance(name, noted, now.minus(before).toEpochMilli());
        return schedules.doneUntil(name).map(Instant::ofEpochMilli).orElse(now);
    }
}
