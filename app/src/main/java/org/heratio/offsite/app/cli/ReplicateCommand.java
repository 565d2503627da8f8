package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.report.RunReport;
import org.heratio.offsite.app.report.RunSummary;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Run;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.app.run.StageSelection;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.operations.adopt.Adopter;
import org.heratio.offsite.operations.keys.MisreadCopies;
import org.heratio.offsite.operations.keys.UnknownKeys;
import org.heratio.offsite.operations.places.Places;
import org.heratio.offsite.operations.request.RequestFollower;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ships everything that is not off-site yet, once. */
@Command(
        name = "replicate",
        aliases = "backup:replicate",
        sortOptions = false,
        header = "Ships every archive that has no good copy, and verifies it.",
        description = {
            "",
            "Waits until each archive that is found is verified, or says which is not and why. What failed before is tried again."
                    + " A pipeline that runs over RabbitMQ does the work; without one it is done in this process.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite replicate --env-file /var/www/heratio/.env",
            "  offsite replicate --dry-run             what would be shipped?",
            "  offsite replicate --force --json        ship all again, over the same names"
        })
final class ReplicateCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--driver",
            paramLabel = "<driver>",
            converter = GlobalOptions.DriverConverter.class,
            description = "only this destination, instead of BACKUP_OFFSITE_DRIVER")
    private @Nullable String driver;

    @Option(
            names = "--force",
            description = "ship what is shipped already again, over the same name; incomplete archives too")
    private boolean force;

    @Option(names = "--no-encryption", description = "ship as is, although a passphrase is set")
    private boolean plain;

    @Option(names = "--dry-run", description = "only say what would be shipped")
    private boolean dryRun;

    @Override
    public Integer call() throws Exception {
        StopSignal stop = StopSignal.install();
        Settings settings = global.settings(GlobalOptions.driver(driver), Logging.Level.QUIET);
        try (Services services = Services.open(settings, Clock.systemUTC())) {
            Places places = services.places();
            places.warnings().forEach(Messages::warning);
            if (plain) {
                Messages.warning("archives are shipped unencrypted (--no-encryption)");
            } else if (!services.runElsewhere(StageSelection.all(settings.drivers()))) {
                warnOfPlaintext(services, settings);
            }
            MisreadCopies misread = services.misreadCopies();
            for (MisreadCopies.Finding finding : misread.findings()) {
                Messages.warning(finding.text(), finding.hint());
            }
            services.unknownKeys().text().ifPresent(text -> Messages.warning(text, UnknownKeys.HINT));
            if (dryRun) {
                return DryRunReport.print(
                        services.planner().plan(force), settings.drivers(), run.json(), GlobalOptions.out());
            }
            for (String driver : settings.drivers()) {
                Drivers.known(driver).warnings().forEach(Messages::warning);
            }
            Map<String, Failure> unknown = services.adoption().adoptNew();
            GlobalOptions.warnOfUnknown(unknown);
            if (!plain && misread.shipAgain() > 0) {
                Messages.line("those whose archives are here are shipped again; the copies that are there stay");
            }
            int code;
            try (Adopter adopter = services.adopter()) {
                adopter.start(unknown.keySet());
                code = ship(services, stop);
            }
            if (force && code == ExitCode.OK) {
                places.settled();
            }
            return code;
        }
    }

    private int ship(Services services, StopSignal stop) throws Exception {
        List<String> drivers = services.drivers();
        try (RunReport report = Messages.report(global.progress(run.json()), false, services.clock())) {
            RequestFollower.Result result = services.run(
                    new Run(
                            "replicate",
                            false,
                            StageSelection.all(drivers),
                            run.retryFor(),
                            plain,
                            stop,
                            id -> new ScanRequested(id, ScanReason.REQUEST, drivers, force, true, plain)),
                    report);
            report.close();
            for (String path : services.skippedArchives().of(result)) {
                report.line(String.format("%-9s %s", "skipped", Printable.of(path)));
            }
            if (result.status().found() == 0 && result.status().scanned()) {
                // nothing has failed, so that the exit code stays that of Heratio
                services.status().emptied().ifPresent(alarm -> Messages.warning(alarm.text(), alarm.hint()));
            }
            RunSummary.print("replicate", result, run.json(), GlobalOptions.out());
            return result.allWell() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    /** Warns if the work is done here; a process elsewhere has its own passphrase, or none. */
    private static void warnOfPlaintext(Services services, Settings settings) throws FailureException, ConfigException {
        services.plaintextGuard().require();
        if (settings.encryption().passphrase() == null) {
            Messages.warning("archives are shipped unencrypted; set BACKUP_ENCRYPTION_PASSPHRASE_FILE to encrypt them");
        }
    }
}
