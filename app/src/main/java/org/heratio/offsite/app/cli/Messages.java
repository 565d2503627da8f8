package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.time.Clock;
import org.heratio.offsite.app.report.RunReport;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** Prints messages on standard error: one line each, with control characters escaped. */
final class Messages {
    private Messages() {}

    static void warning(String text) {
        line("warning: " + text);
    }

    static void warning(String text, @Nullable String hint) {
        warning(hint == null ? text : text + " (hint: " + hint + ")");
    }

    static void hint(@Nullable String hint) {
        if (hint != null) {
            line("HINT: " + hint);
        }
    }

    static void line(String text) {
        err().println(Printable.of(text));
    }

    /** Returns the report of a run: its lines on standard output, its progress on standard error. */
    static RunReport report(RunReport.Progress shown, boolean checks, Clock clock) {
        return new RunReport(GlobalOptions.out(), err(), shown, checks, clock);
    }

    private static PrintStream err() {
        return System.err;
    }
}
