package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.heratio.offsite.app.report.RunReport;
import org.heratio.offsite.app.report.Terminal;
import org.heratio.offsite.app.run.DatabaseWait;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.Ledgers;
import org.heratio.offsite.app.run.Schedules;
import org.heratio.offsite.app.run.StartBeat;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.config.SettingsLoader;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options that every command has. */
final class GlobalOptions {
    @Option(
            names = "--env-file",
            paramLabel = "<file>",
            converter = Arguments.FileNameConverter.class,
            description = "settings in Laravel's .env syntax; the environment wins over it")
    private @Nullable String envFile;

    @Option(
            names = {"-v", "--verbose"},
            description = "log what happens on the way")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    @SuppressWarnings("UnusedVariable") // picocli asks for the option, not for the field
    private boolean help;

    /** The settings in force, those of Heratio's database included; their warnings are printed on standard error. */
    Settings settings(Map<Setting, String> overrides, Logging.Level usual) throws ConfigException, LedgerException {
        return warned(Ledgers.withHeratio(given(overrides, usual), Ledgers.PATIENCE));
    }

    /**
     * The same for a service, which may start before its database: waits for that, and says so once.
     *
     * @return null when it was told to stop
     */
    @Nullable
    Settings settingsWhenThere(StopSignal stop, Logging.Level usual)
            throws ConfigException, FailureException, InterruptedException {
        Settings given = given(Map.of(), usual);
        try (StartBeat beat = StartBeat.begin(given)) {
            Settings settings = DatabaseWait.untilThere(stop, () -> Ledgers.withHeratio(given, Ledgers.PATIENCE));
            return settings == null ? null : warned(settings);
        }
    }

    /**
     * The same for commands that have something to say even when the database is away: a warning takes the place of what it holds. The
     * warnings of the settings are left to the command.
     */
    Settings settingsAsFarAsKnown(Logging.Level usual) throws ConfigException {
        Settings settings = given(Map.of(), usual);
        try {
            settings = Ledgers.withHeratio(settings, Duration.ZERO);
        } catch (LedgerException e) {
            Messages.warning(
                    "what ahg_settings holds is not known: " + e.failure().oneLine());
        }
        return settings;
    }

    /** The same for commands that ask neither ledger nor database: without what the database holds, and without warnings. */
    Settings settingsOfThisHost(Logging.Level usual) throws ConfigException {
        return given(Map.of(), usual);
    }

    /** Returns the file of {@code --env-file}, or that of the package, which the launcher names; null for neither. */
    private @Nullable Path envFile() {
        String file = envFile == null ? System.getProperty("offsite.env-file") : envFile;
        return file == null ? null : Path.of(file);
    }

    private Settings given(Map<Setting, String> overrides, Logging.Level usual) throws ConfigException {
        Settings settings = SettingsLoader.ofThisProcess(Drivers.all()).load(envFile(), overrides);
        Schedules.check(settings);
        Logging.configure(settings.logFormat(), verbose ? Logging.Level.VERBOSE : usual);
        return settings;
    }

    static Settings warned(Settings settings) {
        settings.warnings().forEach(Messages::warning);
        return settings;
    }

    boolean verbose() {
        return verbose;
    }

    static Map<Setting, String> driver(@Nullable String driver) {
        return driver == null ? Map.of() : Map.of(Setting.BACKUP_OFFSITE_DRIVER, driver);
    }

    /** {@code --driver=}, as a script with an empty variable says it, names none: those of the settings are meant, as with Heratio. */
    static final class DriverConverter implements ITypeConverter<@Nullable String> {
        @Override
        public @Nullable String convert(String text) {
            return text.isBlank() ? null : text;
        }
    }

    /** Warns of destinations that do not answer now. */
    static void warnOfUnknown(Map<String, Failure> unknown) {
        unknown.forEach((driver, failure) -> Messages.warning(
                "what Heratio shipped to " + driver + " can't be looked at, and waits: " + failure.oneLine()));
    }

    /** Returns how a run reports its progress on standard error. */
    RunReport.Progress progress(boolean json) {
        if (json) {
            return RunReport.Progress.SILENT;
        }
        if (Terminal.attended()) {
            return RunReport.Progress.LIVE;
        }
        return verbose ? RunReport.Progress.LINES : RunReport.Progress.ENDS;
    }

    static PrintStream out() {
        return System.out;
    }
}
