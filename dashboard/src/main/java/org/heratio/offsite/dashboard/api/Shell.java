package org.heratio.offsite.dashboard.api;

import java.util.regex.Pattern;

/** Writes commands that a person may paste into a shell. Nothing here runs one. */
final class Shell {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

    private Shell() {}

    /** Returns an argument that a POSIX shell takes as it is, whatever is in it. */
    static String quoted(String argument) {
        return PLAIN.matcher(argument).matches() && !argument.startsWith("-")
                ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }
}
