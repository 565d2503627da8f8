package org.heratio.offsite.ledger.jdbc;

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

/** Runs {@link PendingWorkQueries} and {@link Attempts} in transactions. */
final class JdbcPendingWork implements PendingWork {
    private final Transactions transactions;
    private final PendingWorkQueries queries;
    private final Attempts attempts;

    JdbcPendingWork(Transactions transactions, PendingWorkQueries queries, Attempts attempts) {
        this.transactions = transactions;
        this.queries = queries;
        this.attempts = attempts;
    }

    @Override
    public List<PendingTask> overdue(Collection<String> drivers, long graceMillis) throws LedgerException {
        return transactions.run(tx -> queries.due(tx, drivers, graceMillis));
    }

    @Override
    public List<PendingTask> ofVersion(long versionId, Collection<String> drivers) throws LedgerException {
        return transactions.run(tx -> PendingWorkQueries.of(tx, versionId, drivers));
    }

    @Override
    public List<PendingTask> all(Collection<String> drivers) throws LedgerException {
        return transactions.run(tx -> PendingWorkQueries.all(tx, drivers));
    }

    @Override
    public List<PendingTask> waiting(Collection<String> drivers, long beyondMillis) throws LedgerException {
        return transactions.run(tx -> queries.waiting(tx, drivers, beyondMillis));
    }

    @Override
    public List<DueVersion> toSeal(Collection<String> drivers, DueVersion behind, int limit) throws LedgerException {
        return transactions.run(tx -> SealQueries.due(tx, drivers, behind, limit));
    }

    @Override
    public DuePage toShip(String driver, DueVersion behind, int limit) throws LedgerException {
        return transactions.run(tx -> ShipQueries.due(tx, driver, behind, limit));
    }

    @Override
    public List<SealHistory> lastSeals(int limit) throws LedgerException {
        return transactions.run(tx -> SealQueries.last(tx, limit));
    }

    @Override
    public FailedWork attemptFailed(
            String stage, long versionId, long copyId, int attempt, Failure failure, @Nullable Long delayMillis)
            throws LedgerException {
        Attempts.Failed failed = new Attempts.Failed(stage, versionId, copyId, attempt, failure, delayMillis);
        return transactions.run(tx -> attempts.note(tx, failed));
    }

    @Override
    public void postponed(long versionId, long copyId, @Nullable Failure obstacle, long delayMillis)
            throws LedgerException {
        transactions.execute(tx -> attempts.postpone(tx, versionId, copyId, obstacle, delayMillis));
    }
}
