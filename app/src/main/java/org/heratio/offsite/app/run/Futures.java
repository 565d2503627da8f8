package org.heratio.offsite.app.run;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Waits for a future on a thread that may block: the command line's own. */
final class Futures {
    private static final long WAIT_SECONDS = 60;

    private Futures() {}

    static <T> T await(Future<T> future, String what) throws FailureException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FailureException failure) {
                throw new FailureException(failure.failure(), failure);
            }
            throw new FailureException(ErrorCode.UNEXPECTED, what + " failed: " + e.getCause(), null, e.getCause());
        } catch (TimeoutException e) {
            throw new FailureException(ErrorCode.BROKER_UNAVAILABLE, what + " took too long", null, e);
        }
    }
}
