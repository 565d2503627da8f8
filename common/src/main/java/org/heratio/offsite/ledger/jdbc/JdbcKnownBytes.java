package org.heratio.offsite.ledger.jdbc;

import java.util.List;
import java.util.Optional;
import org.heratio.offsite.ledger.KnownBytes;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Version;

/** Runs what {@link SameBytes} does in transactions. */
final class JdbcKnownBytes implements KnownBytes {
    private final Transactions transactions;
    private final SameBytes sameBytes;

    JdbcKnownBytes(Transactions transactions, SameBytes sameBytes) {
        this.transactions = transactions;
        this.sameBytes = sameBytes;
    }

    @Override
    public Optional<Version> record(long versionId, String sha256, boolean encrypted) throws LedgerException {
        return transactions.run(tx -> sameBytes.record(tx, versionId, sha256, encrypted));
    }

    @Override
    public List<Version> others(long versionId, int limit) throws LedgerException {
        return transactions.run(tx -> SameBytes.others(tx, versionId, limit));
    }
}
