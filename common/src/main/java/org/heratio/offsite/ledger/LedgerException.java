package org.heratio.offsite.ledger;

import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** The ledger could not be read or written: {@link ErrorCode#LEDGER_UNAVAILABLE} passes by itself, {@link ErrorCode#LEDGER_REFUSED} and {@link ErrorCode#LEDGER_LOST} do not. */
public final class LedgerException extends FailureException {
    private static final long serialVersionUID = 1L;

    public LedgerException(
            ErrorCode code,
            String reason,
            @org.jspecify.annotations.Nullable String hint,
            @org.jspecify.annotations.Nullable Throwable cause) {
        super(code, reason, hint, cause);
    }

    public LedgerException(ErrorCode code, String reason, @org.jspecify.annotations.Nullable Throwable cause) {
        super(code, reason, null, cause);
    }
}
