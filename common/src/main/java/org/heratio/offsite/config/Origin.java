package org.heratio.offsite.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the value of a setting came from.
 *
 * @param text as {@code offsite config} prints it
 */
public record Origin(String text) {
    public static final Origin DEFAULT = new Origin("default");
    public static final Origin ENVIRONMENT = new Origin("environment");
    /** An answer to {@code offsite init}, or an option of it. */
    public static final Origin INIT = new Origin("given to init");

    public static final Origin COMMAND_LINE = new Origin("command line");
    /** Heratio's own settings table, read afresh for each run. */
    public static final Origin AHG_SETTINGS = new Origin("ahg_settings");

    /** A line of the env file. */
    public static Origin envFile(Path file) {
        return new Origin("env file " + file);
    }

    /** The file that a {@code …_FILE} variable names. */
    public static Origin secretFile(String name) {
        return new Origin("file " + name);
    }

    // written out: the JVM links a record's own at run time, which is a fortieth of what a short command costs
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Origin origin && text.equals(origin.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
