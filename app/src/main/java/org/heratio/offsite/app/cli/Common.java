package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.config.SettingsLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that every command has. */
final class Common {
    @Option(
            names = "--env-file",
            paramLabel = "<file>",
            description = "settings in Laravel's .env syntax; the environment wins over it")
    private @Nullable Path envFile;

    @Option(
            names = {"-v", "--verbose"},
            description = "log what happens on the way")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    /** The settings in force; their warnings are printed on standard error. */
    Settings settings(Map<Setting, String> overrides, Logging.Level usual) throws ConfigException {
        Settings settings = SettingsLoader.ofThisProcess().load(envFile, overrides);
        Logging.configure(settings.logFormat(), verbose ? Logging.Level.VERBOSE : usual);
        for (String warning : settings.warnings()) {
            System.err.println("warning: " + warning);
        }
        return settings;
    }

    boolean verbose() {
        return verbose;
    }

    static Map<Setting, String> driver(@Nullable String driver) {
        return driver == null ? Map.of() : Map.of(Setting.BACKUP_OFFSITE_DRIVER, driver);
    }

    /** Whether a person looks at standard error. */
    static boolean terminal() {
        String term = System.getProperty("offsite.terminal", "auto");
        return term.equals("auto") ? System.console() != null : Boolean.parseBoolean(term);
    }

    static PrintStream out() {
        return System.out;
    }
}
