package org.heratio.offsite.app.run;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daily scan and the daily sweep. */
public final class Schedules implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(10);

    private final Node node;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "schedules");
        thread.setDaemon(true);
        return thread;
    });

    public Schedules(Node node) {
        this.node = node;
    }

    /** Refuses what is no cron expression, before anything is started. */
    public static void check(Settings settings) throws ConfigException {
        List<ConfigProblem> problems = new ArrayList<>();
        check("BACKUP_OFFSITE_SCAN_CRON", settings.schedules().scan(), problems);
        check("BACKUP_OFFSITE_SWEEP_CRON", settings.schedules().sweep(), problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private static void check(String name, @Nullable String cron, List<ConfigProblem> problems) {
        if (cron != null) {
            try {
                var unused = new CronSchedule(cron, ZoneOffset.UTC);
            } catch (IllegalArgumentException e) {
                problems.add(new ConfigProblem(
                        name + "=" + cron + " is no cron expression: " + e.getMessage(),
                        "five fields, minute hour day month weekday, like '15 3 * * *'"));
            }
        }
    }

    /** Schedules what the stages of this process are there for. */
    public void start(StageSelection selection) {
        Settings.Schedules crons = node.settings().schedules();
        if (selection.watcher() && crons.scan() != null) {
            ScanRequested scan = new ScanRequested("", ScanReason.SCHEDULE, node.drivers(), false, true, false);
            plan(crons.scan(), () -> ask(scan));
        }
        if (selection.verifier() && crons.sweep() != null) {
            // a copy that was proved once is looked at again, for ever
            VerifyRequested sweep = new VerifyRequested("", true, null, null);
            plan(crons.sweep(), () -> {
                ask(sweep);
                sing();
            });
        }
    }

    private void plan(String cron, Runnable task) {
        ZoneId zone = node.settings().timezone();
        tick(new DueTimes(new CronSchedule(cron, zone), node.clock().instant()), task);
    }

    /** Looks at the clock in short stretches: it may be set, and a laptop's lid closed. */
    private void tick(DueTimes times, Runnable task) {
        try {
            Instant now = node.clock().instant();
            if (times.due(now)) {
                task.run();
            }
            Duration left = times.next()
                    .map(next -> Duration.between(node.clock().instant(), next))
                    .orElse(LONGEST_SLEEP);
            long millis = Math.max(1, Math.min(left.toMillis() + 1, LONGEST_SLEEP.toMillis()));
            var unused = timer.schedule(() -> tick(times, task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: nothing is planned any more");
        }
    }

    private void ask(Event event) {
        try {
            node.publish(event);
        } catch (FailureException e) {
            LOG.warn(
                    "the scheduled {} cannot be asked for: {}",
                    event.routingKey(),
                    e.failure().oneLine());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A wrong passphrase has to be known the same day. */
    private void sing() {
        try {
            new Canary(node).singToLog();
        } catch (FailureException e) {
            LOG.warn(
                    "whether the passphrase is right cannot be told: {}",
                    e.failure().oneLine());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("whether the passphrase is right cannot be told", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
