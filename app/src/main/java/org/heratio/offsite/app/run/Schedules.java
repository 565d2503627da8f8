package org.heratio.offsite.app.run;

import java.time.Clock;
import java.time.Duration;
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
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.ledger.Leases;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daily scan, the daily sweep, and the daily canary. */
public final class Schedules implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    private static final String CANARY_CRON = "30 4 * * *";

    /** So that a passphrase that is new here is tried at once. */
    private static final Duration CANARY_BEFORE = Duration.ofDays(2);

    /** One for each schedule: a destination that the canary waits for must not put off the scan and the sweep. */
    private static final int THREADS = 3;

    private final Node node;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(THREADS, task -> {
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
            plan("scan", crons.scan(), () -> node.publish(scan));
        }
        if (selection.verifier() && crons.sweep() != null) {
            // a copy that was proved once is looked at again, for ever
            VerifyRequested sweep = new VerifyRequested("", true, null, null);
            plan("sweep", crons.sweep(), () -> node.publish(sweep));
        }
        Secret passphrase = node.settings().encryption().passphrase();
        if (passphrase != null && (selection.encryptor() || selection.verifier())) {
            // hosts may differ in their passphrases, and each of these has to be known to be right the same day
            String keyId = Keys.idOf(passphrase, node.ledger().installationId());
            Schedule.Task task = () -> {
                new MisreadCopies(node).log();
                new Canary(node).singToLog();
            };
            Schedule canary = canary(
                    keyId,
                    node.settings().timezone(),
                    node.ledger().schedules(),
                    node.ledger().leases(),
                    node.clock(),
                    task);
            plan(canary);
        }
    }

    /** That of one passphrase: on its first day here, and daily from then on. */
    static Schedule canary(
            String keyId,
            ZoneId zone,
            org.heratio.offsite.ledger.Schedules schedules,
            Leases leases,
            Clock clock,
            Schedule.Task task) {
        return new Schedule(
                "canary." + keyId, new CronSchedule(CANARY_CRON, zone), CANARY_BEFORE, schedules, leases, clock, task);
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
