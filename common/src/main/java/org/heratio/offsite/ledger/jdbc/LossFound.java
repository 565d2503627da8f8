package org.heratio.offsite.ledger.jdbc;

import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;

/** The loss of the ledger, once it is believed: it lasts. Thread-safe. */
final class LossFound {
    /**
     * The number of times that a database is asked again, each time on a new connection. One answer proves nothing: a pooler that is
     * reloaded, a proxy with another server behind it, or an import that is not finished says the same for a while.
     */
    static final int QUESTIONS = 3;

    private static final String RESTORE =
            "put the ledger back from a backup (its database may be another one now), and start again";

    private volatile @Nullable LedgerException loss;

    /** @throws LedgerException {@code LEDGER_LOST} if a loss was found */
    void require() throws LedgerException {
        LedgerException found = loss;
        if (found != null) {
            throw found;
        }
    }

    /** Notes a loss, and returns the failure of this and of all later transactions. */
    LedgerException of(StatementException failed) {
        return of(failed.loss(), RESTORE, failed);
    }

    LedgerException of(String reason, String hint, @Nullable Throwable cause) {
        LedgerException found = new LedgerException(ErrorCode.LEDGER_LOST, reason, hint, cause);
        loss = found;
        return found;
    }
}
