package org.heratio.offsite.app.cli;

import java.time.Duration;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How {@code serve} waits for a database that is not there yet, as after a power cut that ended both. */
final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private Patience() {}

    /** What needs the database; tries for some seconds by itself. */
    interface Step<T> {
        T run() throws FailureException, ConfigException, InterruptedException;
    }

    /**
     * Blocks until the database is there. One that refuses us is no matter of waiting.
     *
     * @return null when it was told to stop meanwhile
     */
    static <T> @Nullable T untilThere(StopSignal stop, Step<T> step)
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
