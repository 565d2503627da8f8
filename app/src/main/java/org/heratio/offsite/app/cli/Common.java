package org.heratio.offsite.app.cli;

import java.io.Console;
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
        return term.equals("auto") ? isTerminal(System.console()) : Boolean.parseBoolean(term);
    }

    /** From Java 22 on there is always a console, and it says itself whether it is a terminal. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    static PrintStream out() {
        return System.out;
    }
}
