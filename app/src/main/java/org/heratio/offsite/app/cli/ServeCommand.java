package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.ExitCode;
import org.heratio.offsite.app.adopt.Adopter;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.HealthFile;
import org.heratio.offsite.app.run.HeratioSettingsWatch;
import org.heratio.offsite.app.run.InClear;
import org.heratio.offsite.app.run.LedgerWatch;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.app.run.Pipeline;
import org.heratio.offsite.app.run.Places;
import org.heratio.offsite.app.run.Schedules;
import org.heratio.offsite.app.run.StageSelection;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the pipeline until it is told to stop. */
@Command(
        name = "serve",
        sortOptions = false,
        header = "Ships each archive as soon as it is finished, until told to stop.",
        description = {
            "",
            "Watches the backup directory, scans and sweeps by schedule. SIGTERM lets what is under way end"
                    + " (BACKUP_OFFSITE_DRAIN_TIMEOUT), leaves the rest for the next start, and exits 0.",
            ""
        },
        footer = {"", "Example:", "  offsite serve --env-file /var/www/heratio/.env"})
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Mixin
    private Common common = new Common();

    @Option(
            names = "--stages",
            paramLabel = "<list>",
            description =
                    "watcher, encryptor, uploader, uploader:<driver>, verifier (default: all). Fewer than all need RabbitMQ")
    private @Nullable String stages;

    @Override
    public Integer call() throws Exception {
        StopSignal stop = StopSignal.install();
        Settings settings = common.settingsWhenThere(stop, Logging.Level.NORMAL);
        while (settings != null) {
            settings = serve(settings, stop);
        }
        LOG.info("stopped");
        return ExitCode.OK;
    }

    /** Serves until it is told to stop (null), or until Heratio's own settings have changed (the new ones). */
    private @Nullable Settings serve(Settings settings, StopSignal stop) throws Exception {
        StageSelection selection = selection(settings);
        Optional<Node> opened =
                Patience.untilThere(stop, () -> Node.openPatiently(settings, Clock.systemUTC(), stop.flag()));
        if (opened == null || opened.isEmpty()) {
            return null;
        }
        try (Node node = opened.get()) {
            return serve(node, selection, stop);
        }
    }

    private static @Nullable Settings serve(Node node, StageSelection selection, StopSignal stop) throws Exception {
        Settings settings = node.settings();
        Optional<ConfigProblem> clear = selection.encryptor() ? InClear.problem(node) : Optional.empty();
        if (clear.isPresent()) {
            return passphrase(settings, clear.get(), stop);
        }
        Pipeline pipeline =
                new Pipeline(node, selection, node.policy(), node.policy().giveUpAfter());
        HealthFile health = null;
        LedgerWatch ledger = new LedgerWatch(node.vertx(), node.ledger(), stop);
        try (Schedules schedules = new Schedules(node);
                Adopter adopter = Adopter.ofAService(node)) {
            pipeline.start(true);
            schedules.start(selection);
            // who ships to a destination has its credentials; the watcher's host may have them or not
            adopter.start(selection.watcher() ? node.drivers() : selection.uploaders());
            health = HealthFile.start(node.vertx(), settings.healthFile());
            LOG.info("serving {} stages={} drivers={}", settings.paths().backups(), selection.names(), node.drivers());
            warn(node, selection);
            Settings changed = HeratioSettingsWatch.await(settings, stop);
            ledger.rethrow();
            LOG.info(
                    "{}: letting what is under way end, for {} s at most",
                    changed == null ? "stopping" : "ahg_settings has changed",
                    settings.drainTimeout().toSeconds());
            return changed;
        } finally {
            if (health != null) {
                health.close();
            }
            ledger.close();
            pipeline.stop(ledger.lost() ? Duration.ZERO : settings.drainTimeout());
        }
    }

    /**
     * A dump that is being imported brings the row back, and a manager of services does not start again what a wrong setting has ended. Where
     * no database could bring it, nothing is waited for.
     */
    private static @Nullable Settings passphrase(Settings settings, ConfigProblem problem, StopSignal stop)
            throws ConfigException, InterruptedException {
        if (settings.heratio() == null) {
            throw new ConfigException(List.of(problem));
        }
        LOG.error("waiting for a passphrase: {}. HINT: {}", problem.text(), problem.hint());
        return HeratioSettingsWatch.await(settings, stop);
    }

    private static void warn(Node node, StageSelection selection) throws FailureException {
        new Places(node).warnings().forEach(LOG::warn);
        for (String driver : selection.uploaders()) {
            Drivers.known(driver).warnings().forEach(warning -> LOG.warn("{} driver={}", warning, driver));
        }
    }

    private StageSelection selection(Settings settings) throws ConfigException {
        StageSelection all = StageSelection.all(settings.drivers());
        if (stages == null) {
            return all;
        }
        try {
            StageSelection selection = StageSelection.parse(stages, settings.drivers());
            if (settings.broker().embedded() && !selection.equals(all)) {
                throw problem(
                        "--stages=" + stages + " leaves out stages, and without RabbitMQ no other process can run them",
                        "run all stages here, or set BACKUP_OFFSITE_AMQP_URI");
            }
            return selection;
        } catch (IllegalArgumentException e) {
            throw problem(String.valueOf(e.getMessage()), "offsite serve --help");
        }
    }

    private static ConfigException problem(String text, String hint) {
        return new ConfigException(List.of(new ConfigProblem(text, hint)));
    }
}
