package org.heratio.offsite.failure;

import org.jspecify.annotations.Nullable;

/** Carries a {@link Failure} up to the stage shell, which alone decides about retry, dead letter and ledger. */
public class FailureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public FailureException(Failure failure, @Nullable Throwable cause) {
        super(failure.code() + ": " + failure.oneLine(), cause);
        this.failure = failure;
    }

    public FailureException(ErrorCode code, String reason) {
        this(new Failure(code, reason, null), null);
    }

    public FailureException(ErrorCode code, String reason, @Nullable String hint) {
        this(new Failure(code, reason, hint), null);
    }

    public FailureException(ErrorCode code, String reason, @Nullable String hint, @Nullable Throwable cause) {
        this(new Failure(code, reason, hint), cause);
    }

    /** Returns the failure. */
    public Failure failure() {
        return failure;
    }
}
