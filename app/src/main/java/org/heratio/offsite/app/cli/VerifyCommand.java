package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.ExitCode;
import org.heratio.offsite.app.adopt.Adoption;
import org.heratio.offsite.app.report.RunReport;
import org.heratio.offsite.app.report.RunSummary;
import org.heratio.offsite.app.run.Canary;
import org.heratio.offsite.app.run.InClear;
import org.heratio.offsite.app.run.MisreadCopies;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.app.run.RequestFollower;
import org.heratio.offsite.app.run.Run;
import org.heratio.offsite.app.run.RunningPipeline;
import org.heratio.offsite.app.run.StageSelection;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Reads copies back and checks their bytes. */
@Command(
        name = "verify-integrity",
        aliases = {"backup:verify-integrity", "verify"},
        sortOptions = false,
        header = "Reads copies back and compares their bytes with the ledger.",
        description = {
            "",
            "Without --all: those that are not verified yet. A damaged copy is repaired (BACKUP_OFFSITE_REPAIR=auto) and still"
                    + " makes the command exit with 1; an unreachable destination changes nothing in the ledger.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite verify-integrity --all",
            "  offsite verify-integrity --all --from 2026-11-01 --json"
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private Common common = new Common();

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--all", description = "also what is verified already")
    private boolean all;

    @Option(
            names = "--from",
            paramLabel = "<YYYY-MM-DD>",
            converter = DayConverter.class,
            description = "only what was replicated on or after this day (in APP_TIMEZONE)")
    private @Nullable LocalDate from;

    @Option(
            names = "--driver",
            paramLabel = "<driver>",
            converter = Common.DriverConverter.class,
            description = "only this destination")
    private @Nullable String driver;

    /** {@code 2026-11-01}. */
    static final class DayConverter implements ITypeConverter<LocalDate> {
        @Override
        public LocalDate convert(String text) {
            try {
                return LocalDate.parse(text.strip());
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is not a day like 2026-11-01");
            }
        }
    }

    @Override
    @SuppressWarnings("ClosingStandardOutputStreams") // a report leaves them open
    public Integer call() throws Exception {
        StopSignal stop = StopSignal.install();
        Settings settings = common.settings(Common.driver(driver), Logging.Level.QUIET);
        boolean repair = settings.repair() == Settings.Repair.AUTO;
        try (Node node = Node.open(settings, Clock.systemUTC());
                RunReport report =
                        new RunReport(Common.out(), System.err, common.progress(run.json()), true, node.clock())) {
            Common.warnOfUnknown(new Adoption(node).adoptNew());
            StageSelection repairing = new StageSelection(false, true, Set.copyOf(settings.drivers()), true);
            StageSelection stages =
                    repair && mayRepair(node, repairing) ? repairing : new StageSelection(false, false, Set.of(), true);
            RequestFollower.Result result = new Run(node, stages, run.retryFor(), stop)
                    .execute(
                            "verify-integrity",
                            true,
                            id -> new VerifyRequested(id, all, from == null ? null : from.toString(), driver),
                            report);
            report.close();
            RunSummary summary = new RunSummary("verify-integrity", result);
            Common.out().println(run.json() ? summary.json() : summary.text());
            if (result.damaged() > 0 && result.allWell() && !run.json()) {
                Common.out().println("damaged copies were found, and repaired");
            }
            boolean opens = canary(node);
            return result.allWell() && result.damaged() == 0 && opens ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    /**
     * What waits to be shipped would go in clear with the repairs; that copies are read back needs no passphrase. Who repairs elsewhere has
     * one of its own.
     */
    private static boolean mayRepair(Node node, StageSelection repairing)
            throws FailureException, InterruptedException {
        if (new RunningPipeline(node, repairing).runs()) {
            return true;
        }
        Optional<ConfigProblem> problem = InClear.problem(node);
        problem.ifPresent(found -> System.err.println(
                "warning: nothing is repaired here: " + found.text() + " (hint: " + found.hint() + ")"));
        return problem.isEmpty();
    }

    /** Reading back proves the bytes; whether the passphrase opens them has to be known too. */
    private static boolean canary(Node node) throws Exception {
        boolean opens = true;
        for (Canary.Song song : new Canary(node).sing()) {
            if (song.verdict() == Canary.Verdict.DOES_NOT_OPEN) {
                System.err.println("WRONG PASSPHRASE: " + Printable.of(song.text()));
                System.err.println("HINT: " + song.hint());
                opens = false;
            }
        }
        for (MisreadCopies.Finding misread : new MisreadCopies(node).findings()) {
            System.err.println("MISREAD PASSPHRASE: " + Printable.of(misread.text()));
            System.err.println("HINT: " + misread.hint());
            opens = false;
        }
        return opens;
    }
}
