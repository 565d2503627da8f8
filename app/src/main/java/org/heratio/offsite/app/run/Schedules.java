package org.heratio.offsite.app.run;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
                parse(cron);
            } catch (IllegalArgumentException e) {
                problems.add(new ConfigProblem(
                        name + "=" + cron + " is no cron expression: " + e.getMessage(),
                        "five fields, minute hour day month weekday, like '15 3 * * *'"));
            }
        }
    }

    private static ExecutionTime parse(String cron) {
        return ExecutionTime.forCron(
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron));
    }

    /** Schedules what the stages of this process are there for. */
    public void start(StageSelection selection) {
        Settings.Schedules crons = node.settings().schedules();
        if (selection.watcher() && crons.scan() != null) {
            plan(
                    parse(crons.scan()),
                    new ScanRequested("", ScanReason.SCHEDULE, node.drivers(), false, true, false),
                    now());
        }
        if (selection.verifier() && crons.sweep() != null) {
            // a copy that was proved once is looked at again, for ever
            plan(parse(crons.sweep()), new VerifyRequested("", true, null, null), now());
        }
    }

    private ZonedDateTime now() {
        return ZonedDateTime.now(node.clock())
                .withZoneSameInstant(node.settings().timezone());
    }

    /** Sleeps in short stretches: the wall clock may be set, and a laptop's lid closed. */
    private void plan(ExecutionTime cron, Event event, ZonedDateTime after) {
        Optional<ZonedDateTime> next = cron.nextExecution(after);
        next.ifPresent(time -> sleep(cron, event, time));
    }

    private void sleep(ExecutionTime cron, Event event, ZonedDateTime time) {
        Duration left = Duration.between(now(), time);
        try {
            if (left.isNegative() || left.isZero()) {
                ask(event);
                plan(cron, event, now().isAfter(time) ? now() : time);
            } else {
                long millis = Math.min(left.toMillis() + 1, LONGEST_SLEEP.toMillis());
                var unused = timer.schedule(() -> sleep(cron, event, time), millis, TimeUnit.MILLISECONDS);
            }
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

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
