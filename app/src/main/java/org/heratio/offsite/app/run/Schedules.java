package org.heratio.offsite.app.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.operations.keys.Keys;
import org.heratio.offsite.stage.LastDue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daily scan, the daily sweep, and the daily check of the passphrase. */
public final class Schedules implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    /** Ledgers have this name already. */
    private static final String PASSPHRASE_SCHEDULE = "canary.";

    private static final String PASSPHRASE_CRON = "30 4 * * *";

    /** Makes a passphrase that is new here be checked at once. */
    private static final Duration PASSPHRASE_BEFORE = Duration.ofDays(2);

    /**
     * One for each schedule: a destination that the passphrase check waits for must not delay the scan and the sweep.
     */
    private static final int THREADS = 4;

    private static final Duration NEVER = Duration.ofDays(7_300);

    /** Runs that are looked at for the time between two. */
    private static final int LOOKED_AT = 10;

    private final Node node;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "schedules");
        thread.setDaemon(true);
        return thread;
    });

    Schedules(Node node) {
        this.node = node;
    }

    /** Returns half the shortest time between two of the next runs of a cron expression; years, where it never runs. */
    static Duration halfInterval(@Nullable String cron, ZoneId zone, Instant now) {
        Duration shortest = NEVER;
        if (cron != null) {
            CronSchedule times = new CronSchedule(cron, zone);
            Optional<Instant> run = times.after(now);
            for (int i = 0; i < LOOKED_AT && run.isPresent(); i++) {
                Optional<Instant> next = times.after(run.get());
                if (next.isPresent()) {
                    Duration between = Duration.between(run.get(), next.get());
                    shortest = between.compareTo(shortest) < 0 ? between : shortest;
                }
                run = next;
            }
        }
        return shortest.dividedBy(2);
    }

    /** Returns the times of a cron expression; none, where it is off. */
    static LastDue.Times times(@Nullable String cron, ZoneId zone) {
        return cron == null ? LastDue.Times.NEVER : new CronTimes(new CronSchedule(cron, zone));
    }

    /** Refuses what is no cron expression, before anything is started. */
    public static void check(Settings settings) throws ConfigException {
        List<ConfigProblem> problems = new ArrayList<>();
        check("BACKUP_OFFSITE_SCAN_CRON", settings.schedules().scan(), problems);
        check("BACKUP_OFFSITE_SWEEP_CRON", settings.schedules().sweep(), problems);
        check("BACKUP_OFFSITE_NOTIFY_SUMMARY_CRON", settings.notifications().summary(), problems);
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
    void start(StageSelection selection) {
        Settings.Schedules crons = node.settings().schedules();
        if (selection.watcher() && crons.scan() != null) {
            ScanRequested scan = new ScanRequested("", ScanReason.SCHEDULE, node.drivers(), false, true, false);
            plan(
                    org.heratio.offsite.ledger.Schedules.SCAN,
                    crons.scan(),
                    () -> node.publisher().publish(List.of(scan)));
        }
        if (selection.verifier() && crons.sweep() != null) {
            // a copy that was proved once is looked at again, for ever
            VerifyRequested sweep = new VerifyRequested("", true, null, null);
            plan(
                    org.heratio.offsite.ledger.Schedules.SWEEP,
                    crons.sweep(),
                    () -> node.publisher().publish(List.of(sweep)));
        }
        Secret passphrase = node.settings().encryption().passphrase();
        if (passphrase != null && (selection.encryptor() || selection.verifier())) {
            // hosts may differ in their passphrases, and each of these has to be known to be right the same day
            String keyId = Keys.idOf(passphrase, node.ledger().installationId());
            Services services = new Services(node);
            Schedule.Task task = () -> {
                services.misreadCopies().log();
                services.passphraseCheck().runToLog();
            };
            plan(passphraseCheck(
                    keyId,
                    node.settings().timezone(),
                    node.ledger().schedules(),
                    node.ledger().leases(),
                    node.clock(),
                    task));
        }
    }

    /** Plans the summary of the day for people. */
    void planSummary() {
        String cron = node.settings().notifications().summary();
        if (cron != null) {
            CronSchedule times = new CronSchedule(cron, node.settings().timezone());
            plan("summary", cron, () -> {
                Instant now = node.clock().instant();
                new Services(node)
                        .summary()
                        .put(times.latest(Instant.EPOCH, now).orElse(now));
            });
        }
    }

    /** Checks one passphrase daily, starting immediately. */
    static Schedule passphraseCheck(
            String keyId,
            ZoneId zone,
            org.heratio.offsite.ledger.Schedules schedules,
            Leases leases,
            Clock clock,
            Schedule.Task task) {
        return new Schedule(
                PASSPHRASE_SCHEDULE + keyId,
                new CronSchedule(PASSPHRASE_CRON, zone),
                PASSPHRASE_BEFORE,
                schedules,
                leases,
                clock,
                task);
    }

    private void plan(String name, String cron, Schedule.Task task) {
        CronSchedule times = new CronSchedule(cron, node.settings().timezone());
        plan(new Schedule(
                name,
                times,
                Duration.ZERO,
                node.ledger().schedules(),
                node.ledger().leases(),
                node.clock(),
                task));
    }

    void plan(Schedule schedule) {
        timer.execute(() -> look(schedule));
    }

    private void look(Schedule schedule) {
        Duration rest = Duration.ZERO;
        try {
            rest = schedule.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lookAgain(schedule, rest);
        }
    }

    private void lookAgain(Schedule schedule, Duration rest) {
        try {
            var unused = timer.schedule(() -> look(schedule), Math.max(1, rest.toMillis()), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: nothing is planned any more");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
