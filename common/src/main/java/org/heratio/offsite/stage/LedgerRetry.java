package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.Backoff;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a step while the ledger is away. It waits on the worker thread on purpose: without its ledger a stage can do nothing else,
 * and the messages that it holds meanwhile are bounded by its concurrency.
 */
final class LedgerRetry {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerRetry.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(15));

    /** A step that may find the ledger away. */
    interface Step<T> {
        T take() throws FailureException, InterruptedException;
    }

    private final String stage;
    private final WaitLog waiting;
    private final CountDownLatch stopping = new CountDownLatch(1);

    LedgerRetry(String stage) {
        this.stage = stage;
        this.waiting = new WaitLog(System::nanoTime);
    }

    /** Ends all waiting: from now on every step gets one try. */
    void stop() {
        stopping.countDown();
    }

    boolean stopping() {
        return stopping.getCount() == 0;
    }

    /**
     * Runs the step until the ledger takes it.
     *
     * @throws InterruptedException when the stage stops first, the thread is interrupted, or the ledger is lost: then nothing may be
     *     acked any more, and the stage has come to its end
     */
    <T> T untilTaken(Step<T> step) throws FailureException, InterruptedException {
        for (Duration pause = BACKOFF.first(); ; pause = BACKOFF.after(pause)) {
            try {
                T taken = step.take();
                waiting.succeeded()
                        .ifPresent(lasted -> LOG.info("stage={} has its ledger back, after {}", stage, lasted));
                return taken;
            } catch (FailureException e) {
                if (e.failure().code() == ErrorCode.LEDGER_LOST) {
                    throw lost(e);
                }
                if (e.failure().code() != ErrorCode.LEDGER_UNAVAILABLE) {
                    throw e;
                }
                waiting.failed()
                        .ifPresent(lasted -> LOG.warn(
                                "stage={} waits for the ledger, since {}: {}",
                                stage,
                                lasted,
                                e.failure().oneLine()));
            }
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("the stage stops, and the ledger is away");
            }
        }
    }

    private InterruptedException lost(FailureException cause) {
        if (!stopping()) {
            LOG.error("stage={} ends: {}", stage, cause.failure().oneLine());
        }
        stop();
        InterruptedException e = new InterruptedException("the ledger is lost");
        e.initCause(cause);
        return e;
    }
}
