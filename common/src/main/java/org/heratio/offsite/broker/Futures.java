package org.heratio.offsite.broker;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Waits for what a broker or a stage promises, on a thread that may block. */
public final class Futures {
    /** For what takes a moment by itself: beyond it something is stuck. */
    private static final Duration WAIT = Duration.ofSeconds(60);

    private static final long STOP_LOOK_MILLIS = 200;

    private Futures() {}

    /** Waits for a minute at most. */
    public static <T> T await(Future<T> future, String what) throws FailureException, InterruptedException {
        return awaitBeyond(Duration.ZERO, future, what);
    }

    /** Waits for something that may take as long as {@code bound}, and a minute longer. */
    public static <T> T awaitBeyond(Duration bound, Future<T> future, String what)
            throws FailureException, InterruptedException {
        try {
            return get(future, what, bound.plus(WAIT).toMillis());
        } catch (TimeoutException e) {
            throw new FailureException(ErrorCode.BROKER_UNAVAILABLE, what + " took too long", null, e);
        }
    }

    /** Waits without limit; returns false when the process is asked to stop meanwhile. */
    public static boolean awaitUnlessStopped(Future<?> future, String what, AtomicBoolean stopped)
            throws FailureException, InterruptedException {
        while (!stopped.get()) {
            try {
                get(future, what, STOP_LOOK_MILLIS);
                return true;
            } catch (TimeoutException e) {
                // looks whether to stop, and waits on
            }
        }
        return false;
    }

    private static <T> T get(Future<T> future, String what, long millis)
            throws FailureException, InterruptedException, TimeoutException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FailureException failure) {
                throw new FailureException(failure.failure(), failure);
            }
            throw new FailureException(ErrorCode.UNEXPECTED, what + " failed: " + e.getCause(), null, e.getCause());
        }
    }
}
