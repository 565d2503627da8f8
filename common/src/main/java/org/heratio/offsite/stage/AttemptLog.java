package org.heratio.offsite.stage;

import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Where the shell notes failed attempts: {@code ledger::attemptFailed}, and all that it knows of the ledger. */
@FunctionalInterface
public interface AttemptLog {
    /**
     * Notes a failed attempt. Called on worker threads; repeated while it fails with {@code LEDGER_UNAVAILABLE}.
     *
     * @param attempt 1 for the first
     * @param dueAt when the next one is due, epoch milliseconds, or null for never
     */
    void attemptFailed(String stage, long versionId, long copyId, int attempt, Failure failure, @Nullable Long dueAt)
            throws FailureException;
}
