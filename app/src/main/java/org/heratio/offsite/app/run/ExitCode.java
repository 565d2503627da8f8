package org.heratio.offsite.app.run;

/** The exit codes of the command; stable, since cron jobs and monitoring read them. */
public final class ExitCode {
    /** All well. */
    public static final int OK = 0;
    /** Something failed, is damaged or still open; it was said what. */
    public static final int FAILED = 1;
    /** Bad usage or configuration, or no backup directory; nothing was done. */
    public static final int USAGE = 2;
    /** The ledger or the broker could not be reached, or does not let us in; nothing was done. */
    public static final int UNAVAILABLE = 3;
    /** Ended by a second interrupt before the work under way was drained. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
