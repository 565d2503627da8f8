package org.heratio.offsite.app.run;

import java.time.Duration;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a database that is not there yet, as {@code serve} does after a power cut that ended both. */
public final class DatabaseWait {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWait.class);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private DatabaseWait() {}

    /** Needs the database; tries for some seconds by itself. */
    public interface Step<T> {
        T run() throws FailureException, ConfigException, InterruptedException;
    }

    /**
     * Blocks until the database is there. One that refuses access is not waited for.
     *
     * @return null when it was told to stop meanwhile
     */
    public static <T> @Nullable T untilThere(StopSignal stop, Step<T> step)
            throws FailureException, ConfigException, InterruptedException {
        return untilThere(stop, PAUSE, step);
    }

    static <T> @Nullable T untilThere(StopSignal stop, Duration pause, Step<T> step)
            throws FailureException, ConfigException, InterruptedException {
        boolean told = false;
        while (true) {
            try {
                return step.run();
            } catch (FailureException e) {
                Failure failure = e.failure();
                if (failure.code() != ErrorCode.LEDGER_UNAVAILABLE) {
                    throw e;
                }
                if (!told) {
                    LOG.warn("waiting for the database: {}", failure.oneLine());
                    told = true;
                }
            }
            if (stop.await(pause)) {
                return null;
            }
        }
    }
}
