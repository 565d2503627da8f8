package org.heratio.offsite.destination.s3;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.heratio.offsite.failure.FailureException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkInterruptedException;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The client with blocking calls, whose troubles come classified; an interrupt cancels the call. */
final class S3Calls {
    private final S3AsyncClient client;
    private final S3Failures failures;

    S3Calls(S3AsyncClient client, S3Failures failures) {
        this.client = client;
        this.failures = failures;
    }

    S3AsyncClient client() {
        return client;
    }

    S3Failures failures() {
        return failures;
    }

    /** Starts a call and waits for its end. {@code what} says what is tried, on what. */
    <T> T call(String what, Supplier<CompletableFuture<T>> start) throws FailureException, InterruptedException {
        CompletableFuture<T> future;
        if (Thread.interrupted()) {
            throw new InterruptedException(what + " was interrupted");
        }
        try {
            future = start.get();
        } catch (SdkException e) {
            throw failure(what, e);
        }
        return await(what, future);
    }

    /** Waits for the end of a call that was started. */
    <T> T await(String what, CompletableFuture<T> future) throws FailureException, InterruptedException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw failure(what, e.getCause() == null ? e : e.getCause());
        } catch (CancellationException e) {
            throw failures.of(what, e);
        }
    }

    /** The SDK looks for interrupts itself, and calls one a failure like any other. */
    private FailureException failure(String what, Throwable thrown) throws InterruptedException {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SdkInterruptedException || t instanceof InterruptedException) {
                Thread.interrupted();
                throw (InterruptedException) new InterruptedException(what + " was interrupted").initCause(thrown);
            }
        }
        return failures.of(what, thrown);
    }
}
