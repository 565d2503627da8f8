package org.heratio.offsite.app.report;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Who reads standard error. */
public final class Terminal {

    private Terminal() {}

    /** Returns whether a person looks at standard error. */
    public static boolean attended() {
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
}
