package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.report.RunReport;
import org.heratio.offsite.app.report.RunSummary;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Run;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.app.run.StageSelection;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.operations.keys.MisreadCopies;
import org.heratio.offsite.operations.keys.PassphraseCheck;
import org.heratio.offsite.operations.request.RequestFollower;
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
    private GlobalOptions global = new GlobalOptions();

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
            converter = GlobalOptions.DriverConverter.class,
            description = "only this destination")
    private @Nullable String driver;

    /** {@code 2026-11-01}. */
    static final class DayConverter implements ITypeConverter<LocalDate> {
        @Override
        public LocalDate convert(String text) {
            try {
                LocalDate day = LocalDate.parse(text.strip());
                if (VerifyRequested.isPossible(day)) {
                    return day;
                }
                throw new TypeConversionException("'" + text + "' is not a day of the years 1970 to 9999");
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is not a day like 2026-11-01");
            }
        }
    }

    @Override
    public Integer call() throws Exception {
        StopSignal stop = StopSignal.install();
        Settings settings = global.settings(GlobalOptions.driver(driver), Logging.Level.QUIET);
        boolean repair = settings.repair() == Settings.Repair.AUTO;
        try (Services services = Services.open(settings, Clock.systemUTC());
                RunReport report = Messages.report(global.progress(run.json()), true, services.clock())) {
            GlobalOptions.warnOfUnknown(services.adoption().adoptNew());
            StageSelection repairing = new StageSelection(false, true, Set.copyOf(settings.drivers()), true);
            StageSelection stages = repair && mayRepair(services, repairing)
                    ? repairing
                    : new StageSelection(false, false, Set.of(), true);
            RequestFollower.Result result = services.run(
                    new Run(
                            "verify-integrity",
                            true,
                            stages,
                            run.retryFor(),
                            false,
                            stop,
                            id -> new VerifyRequested(id, all, from == null ? null : from.toString(), driver)),
                    report);
            report.close();
            RunSummary.print("verify-integrity", result, run.json(), GlobalOptions.out());
            if (result.damaged() > 0 && result.allWell() && !run.json()) {
                GlobalOptions.out().println("damaged copies were found, and repaired");
            }
            boolean opens = passphraseOpens(services);
            return result.allWell() && result.damaged() == 0 && opens ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    /**
     * Returns whether repairs may run: with them, archives that wait would be shipped unencrypted. Reading copies back needs no passphrase,
     * and a process that repairs elsewhere has its own.
     */
    private static boolean mayRepair(Services services, StageSelection repairing)
            throws FailureException, InterruptedException {
        if (services.runElsewhere(repairing)) {
            return true;
        }
        Optional<ConfigProblem> problem = services.plaintextGuard().problem();
        problem.ifPresent(found -> Messages.warning("nothing is repaired here: " + found.text(), found.hint()));
        return problem.isEmpty();
    }

    /** Returns whether the passphrase opens the copies. Reading them back proves only their bytes. */
    private static boolean passphraseOpens(Services services) throws Exception {
        boolean opens = true;
        for (PassphraseCheck.Result result : services.passphraseCheck().run()) {
            if (result.verdict() == PassphraseCheck.Verdict.DOES_NOT_OPEN) {
                Messages.line("WRONG PASSPHRASE: " + result.text());
                Messages.hint(result.hint());
                opens = false;
            }
            if (result.verdict() == PassphraseCheck.Verdict.NOT_TRIED) {
                Messages.warning(result.text());
            }
        }
        for (MisreadCopies.Finding misread : services.misreadCopies().findings()) {
            Messages.line("MISREAD PASSPHRASE: " + misread.text());
            Messages.hint(misread.hint());
            opens = false;
        }
        return opens;
    }
}
