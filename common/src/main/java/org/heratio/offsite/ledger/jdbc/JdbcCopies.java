package org.heratio.offsite.ledger.jdbc;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;

/** Runs {@link CopyTransitions} in transactions. */
final class JdbcCopies implements Copies {
    private final Transactions transactions;
    private final CopyTransitions copies;

    JdbcCopies(Transactions transactions, CopyTransitions copies) {
        this.transactions = transactions;
        this.copies = copies;
    }

    @Override
    public Optional<Copy> find(long copyId) throws LedgerException {
        return transactions.run(tx -> CopyRows.byId(tx, copyId));
    }

    @Override
    public List<Copy> ofVersion(long versionId) throws LedgerException {
        return transactions.run(tx -> CopyRows.of(tx, versionId));
    }

    @Override
    public Map<Long, List<Copy>> ofVersions(Collection<Long> versionIds) throws LedgerException {
        return transactions.run(tx -> CopyRows.of(tx, List.copyOf(versionIds)));
    }

    @Override
    public Optional<Copy> at(String driver, String remotePath) throws LedgerException {
        return transactions.runShort(tx -> copies.at(tx, driver, remotePath));
    }

    @Override
    public boolean recordPendingPut(long copyId, String remotePath, Payload payload) throws LedgerException {
        return transactions.runShort(tx -> copies.recordPendingPut(tx, copyId, remotePath, payload));
    }

    @Override
    public boolean replicated(long copyId, String remotePath, Payload payload) throws LedgerException {
        return transactions.runShort(tx -> copies.replicated(tx, copyId, remotePath, payload));
    }

    @Override
    public boolean fail(long copyId, Failure failure) throws LedgerException {
        return transactions.run(tx -> copies.fail(tx, copyId, failure));
    }

    @Override
    public boolean damaged(Copy read, CopyState state, Failure failure) throws LedgerException {
        return transactions.run(tx -> copies.damaged(tx, read, state, failure));
    }
}
