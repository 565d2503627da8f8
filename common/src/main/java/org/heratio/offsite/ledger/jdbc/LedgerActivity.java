package org.heratio.offsite.ledger.jdbc;

/**
 * What a ledger has asked of its database since it was opened.
 *
 * @param transactions those that were committed
 * @param statements without those that begin and end transactions
 */
public record LedgerActivity(long transactions, long statements) {
    /** Returns what was added since an earlier look. */
    public LedgerActivity since(LedgerActivity earlier) {
        return new LedgerActivity(transactions - earlier.transactions, statements - earlier.statements);
    }
}
