package org.heratio.offsite.failure;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Carries a {@link Failure} through code that may only throw {@link IOException}: the streams of cipher and spool. Whoever holds
 * such a stream turns it back with {@link #unwrap()}.
 */
public final class FailureIOException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public FailureIOException(Failure failure, @Nullable Throwable cause) {
        super(failure.code() + ": " + failure.oneLine(), cause);
        this.failure = failure;
    }

    public FailureIOException(ErrorCode code, String reason, @Nullable String hint, @Nullable Throwable cause) {
        this(new Failure(code, reason, hint), cause);
    }

    /** Returns the failure. */
    public Failure failure() {
        return failure;
    }

    /** The same failure for the stage shell. */
    public FailureException unwrap() {
        return new FailureException(failure, this);
    }
}
