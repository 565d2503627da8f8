package org.heratio.offsite.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.heratio.offsite.app.ExitCode;
import org.heratio.offsite.app.adopt.Adopter;
import org.heratio.offsite.app.adopt.Adoption;
import org.heratio.offsite.app.report.RunReport;
import org.heratio.offsite.app.report.RunSummary;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.InClear;
import org.heratio.offsite.app.run.MisreadCopies;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.app.run.Places;
import org.heratio.offsite.app.run.RequestFollower;
import org.heratio.offsite.app.run.Run;
import org.heratio.offsite.app.run.RunningPipeline;
import org.heratio.offsite.app.run.StageSelection;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.text.Printable;
import org.heratio.offsite.text.SystemText;
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
    private Common common = new Common();

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--driver",
            paramLabel = "<driver>",
            converter = Common.DriverConverter.class,
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
        Settings settings = common.settings(Common.driver(driver), Logging.Level.QUIET);
        try (Node node = Node.open(settings, Clock.systemUTC())) {
            Places places = new Places(node);
            places.warnings().forEach(warning -> System.err.println("warning: " + Printable.of(warning)));
            if (plain) {
                System.err.println("warning: archives are shipped unencrypted (--no-encryption)");
            } else if (!new RunningPipeline(node, StageSelection.all(node.drivers())).runs()) {
                warnOfClear(node);
            }
            MisreadCopies misread = new MisreadCopies(node);
            for (MisreadCopies.Finding finding : misread.findings()) {
                System.err.println("warning: " + Printable.of(finding.text()) + " (hint: " + finding.hint() + ")");
            }
            if (dryRun) {
                return DryRun.print(node, force, run.json(), Common.out());
            }
            for (String driver : settings.drivers()) {
                Drivers.known(driver).warnings().forEach(warning -> System.err.println("warning: " + warning));
            }
            Map<String, Failure> unknown = new Adoption(node).adoptNew();
            Common.warnOfUnknown(unknown);
            if (!plain && misread.shipAgain() > 0) {
                System.err.println("those whose archives are here are shipped again; the copies that are there stay");
            }
            int code;
            try (Adopter adopter = Adopter.ofARun(node)) {
                adopter.start(unknown.keySet());
                code = ship(node, stop);
            }
            if (force && code == ExitCode.OK) {
                places.settled();
            }
            return code;
        }
    }

    @SuppressWarnings("ClosingStandardOutputStreams") // a report leaves them open
    private int ship(Node node, StopSignal stop) throws Exception {
        List<String> drivers = node.drivers();
        try (RunReport report =
                new RunReport(Common.out(), System.err, common.progress(run.json()), false, node.clock())) {
            RequestFollower.Result result = new Run(node, StageSelection.all(drivers), run.retryFor(), stop)
                    .inClear(plain)
                    .execute(
                            "replicate",
                            false,
                            id -> new ScanRequested(id, ScanReason.REQUEST, drivers, force, true, plain),
                            report);
            report.close();
            printSkipped(node, result, report);
            RunSummary summary = new RunSummary("replicate", result);
            Common.out().println(run.json() ? summary.json() : summary.text());
            return result.allWell() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    /** Those that are where they should be and still lie in the backup directory. */
    private static void printSkipped(Node node, RequestFollower.Result result, RunReport report)
            throws FailureException {
        if (result.status().skipped() == 0) {
            return;
        }
        Set<String> worked =
                result.status().items().stream().map(RequestStatus.Item::path).collect(Collectors.toSet());
        for (String path : node.ledger().versions().newest().keySet()) {
            // of what Heratio wrote, any text may stand there: the empty path is the working directory
            if (!worked.contains(path)
                    && SystemText.opens(path)
                    && Path.of(path).isAbsolute()
                    && Files.exists(Path.of(path))) {
                report.line(String.format("%-9s %s", "skipped", Printable.of(path)));
            }
        }
    }

    /** Where the work is done here; who does it elsewhere has a passphrase of its own, or none. */
    private void warnOfClear(Node node) throws FailureException, ConfigException {
        InClear.require(node);
        if (node.settings().encryption().passphrase() == null) {
            System.err.println("warning: archives are shipped unencrypted; set BACKUP_ENCRYPTION_PASSPHRASE_FILE to"
                    + " encrypt them");
        }
    }
}
