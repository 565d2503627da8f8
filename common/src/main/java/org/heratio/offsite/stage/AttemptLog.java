package org.heratio.offsite.stage;

import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** Where the shell notes what keeps work from being done, and all that it knows of the ledger. Called on worker threads. */
public interface AttemptLog {
    /**
     * Notes a failed attempt. Repeated while it fails with {@code LEDGER_UNAVAILABLE}.
     *
     * @param attempt 1 for the first
     * @param delayMillis in how long the next one is due, or null for never
     */
    void attemptFailed(
            String stage, long versionId, long copyId, int attempt, Failure failure, @Nullable Long delayMillis)
            throws FailureException;

    /**
     * Notes that a message comes again after a while although nothing failed. Repeated while it fails with {@code LEDGER_UNAVAILABLE}.
     *
     * @param obstacle what a person should know that it waits for, or null
     */
    default void postponed(long versionId, long copyId, @Nullable Failure obstacle, long delayMillis)
            throws FailureException {}

    /** In the ledger. */
    static AttemptLog of(Ledger ledger) {
        return new AttemptLog() {
            @Override
            public void attemptFailed(
                    String stage, long versionId, long copyId, int attempt, Failure failure, @Nullable Long delayMillis)
                    throws FailureException {
                ledger.pendingWork().attemptFailed(stage, versionId, copyId, attempt, failure, delayMillis);
            }

            @Override
            public void postponed(long versionId, long copyId, @Nullable Failure obstacle, long delayMillis)
                    throws FailureException {
                ledger.pendingWork().postponed(versionId, copyId, obstacle, delayMillis);
            }
        };
    }
}
