package org.heratio.offsite.stage;

import java.util.Collection;
import java.util.List;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.DuePage;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.FailedWork;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.ledger.SealHistory;
import org.jspecify.annotations.Nullable;

/** Records nothing, and has no work: for tests of a stage that run without a ledger. */
public class NoPendingWork implements PendingWork {
    @Override
    public List<PendingTask> overdue(Collection<String> drivers, long graceMillis) {
        return List.of();
    }

    @Override
    public List<PendingTask> ofVersion(long versionId, Collection<String> drivers) {
        return List.of();
    }

    @Override
    public List<PendingTask> all(Collection<String> drivers) {
        return List.of();
    }

    @Override
    public List<PendingTask> waiting(Collection<String> drivers, long beyondMillis) {
        return List.of();
    }

    @Override
    public List<DueVersion> toSeal(Collection<String> drivers, DueVersion behind, int limit) {
        return List.of();
    }

    @Override
    public DuePage toShip(String driver, DueVersion behind, int limit) {
        return DuePage.of(List.of(), behind, limit);
    }

    @Override
    public List<SealHistory> lastSeals(int limit) {
        return List.of();
    }

    @Override
    public FailedWork attemptFailed(
            String stage, long versionId, long copyId, int attempt, Failure failure, @Nullable Long delayMillis)
            throws LedgerException {
        return FailedWork.UNKNOWN;
    }

    @Override
    public void postponed(long versionId, long copyId, @Nullable Failure obstacle, long delayMillis)
            throws LedgerException {}
}
