package org.heratio.offsite.app.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Service;
import org.heratio.offsite.app.run.StageSelection;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
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
    private GlobalOptions global = new GlobalOptions();

    @Option(
            names = "--stages",
            paramLabel = "<list>",
            description = "watcher, encryptor, uploader, uploader:<driver>, verifier, dashboard (default: all)."
                    + " Fewer than all need RabbitMQ")
    private @Nullable String stages;

    @Override
    public Integer call() throws Exception {
        StopSignal stop = StopSignal.install();
        Settings settings = global.settingsWhenThere(stop, Logging.Level.NORMAL);
        while (settings != null) {
            settings = new Service(settings, selection(settings), stop).serve();
        }
        LOG.info("stopped");
        return ExitCode.OK;
    }

    private StageSelection selection(Settings settings) throws ConfigException {
        StageSelection all = StageSelection.all(settings.drivers());
        if (stages == null) {
            return all.withDashboard(settings.dashboard().enabled());
        }
        try {
            StageSelection selection = StageSelection.parse(stages, settings.drivers());
            if (settings.broker().embedded() && !selection.works(all)) {
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
