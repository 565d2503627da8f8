package org.heratio.offsite.ledger.jdbc;

import java.util.List;
import java.util.Optional;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.RequestCounts;
import org.heratio.offsite.ledger.RequestOptions;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Requests;
import org.jspecify.annotations.Nullable;

/** Runs what {@link RequestRows} and {@link RequestChecks} do in transactions. */
final class JdbcRequests implements Requests {
    private final Transactions transactions;
    private final RequestRows rows;
    private final RequestChecks checks;

    JdbcRequests(Transactions transactions, RequestRows rows, RequestChecks checks) {
        this.transactions = transactions;
        this.rows = rows;
        this.checks = checks;
    }

    @Override
    public void open(String requestId, String kind, RequestOptions options) throws LedgerException {
        transactions.execute(tx -> rows.open(tx, requestId, kind, options));
    }

    @Override
    public void open(String requestId, String kind, JournalEntry asked) throws LedgerException {
        transactions.execute(tx -> rows.open(tx, requestId, kind, RequestOptions.NONE, asked));
    }

    @Override
    public Optional<RequestOptions> options(String requestId) throws LedgerException {
        return transactions.run(tx -> rows.options(tx, requestId));
    }

    @Override
    public boolean isKnown(String requestId) throws LedgerException {
        return transactions.run(tx -> RequestRows.isKnown(tx, requestId));
    }

    @Override
    public void add(String requestId, List<RequestStatus.Item> items) throws LedgerException {
        transactions.execute(tx -> rows.add(tx, requestId, items));
    }

    @Override
    public void settled(String requestId, String path, long versionId) throws LedgerException {
        transactions.runShort(tx -> {
            rows.settled(tx, requestId, path, versionId);
            return true;
        });
    }

    @Override
    public void unreadable(String requestId, String path, Failure failure) throws LedgerException {
        transactions.execute(tx -> rows.unreadable(tx, requestId, path, failure));
    }

    @Override
    public void scanned(String requestId, int found, int skipped) throws LedgerException {
        transactions.execute(tx -> rows.scanned(tx, requestId, found, skipped));
    }

    @Override
    public void checked(long copyId, String outcome, @Nullable String error) throws LedgerException {
        transactions.execute(tx -> checks.checked(tx, copyId, outcome, error));
    }

    @Override
    public void proved(long copyId) throws LedgerException {
        transactions.execute(tx -> checks.proved(tx, copyId));
    }

    @Override
    public boolean awaitsCheck(long copyId) throws LedgerException {
        return transactions.run(tx -> RequestChecks.awaitsCheck(tx, copyId));
    }

    @Override
    public Optional<RequestStatus> status(String requestId) throws LedgerException {
        return transactions.run(tx -> rows.status(tx, requestId));
    }

    @Override
    public Optional<RequestCounts> counts(String requestId) throws LedgerException {
        return transactions.run(tx -> RequestCountRows.counts(tx, requestId));
    }
}
