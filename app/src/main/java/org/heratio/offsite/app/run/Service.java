package org.heratio.offsite.app.run;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.Dashboard;
import org.heratio.offsite.dashboard.MetricsServer;
import org.heratio.offsite.dashboard.metrics.ProcessMetrics;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.operations.adopt.Adopter;
import org.heratio.offsite.operations.notify.Notifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the stages of this process until it is asked to stop, with what belongs to a service: schedules, adoption, health file. Blocks. */
public final class Service {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final Settings settings;
    private final StageSelection selection;
    private final StopSignal stop;

    public Service(Settings settings, StageSelection selection, StopSignal stop) {
        this.settings = settings;
        this.selection = selection;
        this.stop = stop;
    }

    /**
     * Serves until it is asked to stop, or until Heratio's own settings have changed. Waits for servers that are away at the start.
     *
     * @return the new settings; null when it was asked to stop
     */
    public @Nullable Settings serve() throws FailureException, ConfigException, InterruptedException {
        Clock clock = Clock.systemUTC();
        try (StartBeat beat = StartBeat.begin(settings);
                ProcessMetrics metrics =
                        new ProcessMetrics(settings.drivers(), BuildInfo.read().version(), clock)) {
            Optional<Node> opened =
                    DatabaseWait.untilThere(stop, () -> Node.openPatiently(settings, clock, metrics, stop.flag()));
            if (opened == null || opened.isEmpty()) {
                return null;
            }
            try (Node node = opened.get()) {
                node.ledger().journal().onRecorded(metrics);
                return serve(node, beat, metrics);
            }
        }
    }

    private @Nullable Settings serve(Node node, StartBeat beat, ProcessMetrics metrics)
            throws FailureException, ConfigException, InterruptedException {
        Services services = new Services(node);
        Optional<ConfigProblem> refused =
                selection.encryptor() ? services.plaintextGuard().problem() : Optional.empty();
        if (refused.isPresent()) {
            return waitForPassphrase(refused.get());
        }
        Pipeline pipeline =
                new Pipeline(node, selection, node.policy(), node.policy().giveUpAfter(), metrics);
        LedgerWatch ledger = new LedgerWatch(node.vertx(), node.ledger(), stop);
        try {
            pipeline.start(parts(pipeline, node, services, ledger, beat, metrics));
            LOG.info("serving {} stages={} drivers={}", settings.paths().backups(), selection.names(), node.drivers());
            warn(services);
            Settings changed = HeratioSettingsWatch.await(settings, stop);
            ledger.rethrow();
            LOG.info(
                    "{}: letting what is under way end, for {} s at most",
                    changed == null ? "stopping" : "ahg_settings has changed",
                    settings.drainTimeout().toSeconds());
            return changed;
        } catch (FailureException e) {
            ledger.failed(e);
            throw e;
        } finally {
            pipeline.stop(ledger.lost() ? Duration.ZERO : settings.drainTimeout());
        }
    }

    /** Returns all that this process runs, in the order of the start. */
    private List<Part> parts(
            Pipeline pipeline,
            Node node,
            Services services,
            LedgerWatch ledger,
            StartBeat beat,
            ProcessMetrics metrics) {
        List<Part> parts = new ArrayList<>();
        parts.add(Part.of("ledger watch", () -> {
            ledger.start();
            return ledger;
        }));
        parts.addAll(pipeline.parts(true));
        parts.add(Part.of("schedules", () -> {
            Schedules schedules = new Schedules(node);
            schedules.start(selection);
            if (notifies()) {
                schedules.planSummary();
            }
            return schedules;
        }));
        parts.add(Part.of("adopter", () -> {
            Adopter adopter = Adopter.ofAService(services.adoption(), node.publisher());
            // who ships to a destination has its credentials; the watcher's host may have them or not
            adopter.start(selection.watcher() ? node.drivers() : selection.uploaders());
            return adopter;
        }));
        parts.add(Part.of("heartbeat", () -> {
            beat.close();
            return new Heartbeats(settings.paths().state()).start(node.vertx(), pipeline.watchdog()::healthy);
        }));
        parts.add(Part.of(
                "health file",
                () -> HealthFile.start(node.vertx(), settings.healthFile(), pipeline.watchdog()::healthy)));
        if (notifies()) {
            parts.add(Part.of("notifier", () -> {
                Notifier notifier = services.notifier(pipeline.watchdog()::healthy, metrics);
                notifier.start();
                return notifier;
            }));
        }
        if (selection.dashboard()) {
            parts.add(new Part(
                    "operators' page", new Dashboard(services.dashboardParts(metrics), selection.isDashboardAlone())));
        }
        if (settings.dashboard().metrics() != null) {
            parts.add(new Part(
                    "metrics", new MetricsServer(settings, metrics, node.ledger(), node.broker(), node.clock())));
        }
        if (selection.encryptor() || !selection.uploaders().isEmpty()) {
            metrics.gauge("spool_used_bytes", pipeline.spool()::used);
            metrics.gauge("spool_budget_bytes", pipeline.spool()::budget);
        }
        return parts;
    }

    /** Returns whether this process may tell people what happens: it has the backup directory, as a status needs it. */
    private boolean notifies() {
        return selection.watcher() && settings.notifications().enabled();
    }

    /**
     * Waits for Heratio's settings to change. A dump that is being imported brings the passphrase back, and a manager of services does not
     * restart what a wrong setting has ended. Fails if no database could bring it.
     */
    private @Nullable Settings waitForPassphrase(ConfigProblem problem) throws ConfigException, InterruptedException {
        if (settings.heratio() == null) {
            throw new ConfigException(List.of(problem));
        }
        LOG.error("waiting for a passphrase: {}. HINT: {}", problem.text(), problem.hint());
        return HeratioSettingsWatch.await(settings, stop);
    }

    private void warn(Services services) throws FailureException {
        services.places().warnings().forEach(LOG::warn);
        for (String driver : selection.uploaders()) {
            Drivers.known(driver).warnings().forEach(warning -> LOG.warn("{} driver={}", warning, driver));
        }
    }
}
