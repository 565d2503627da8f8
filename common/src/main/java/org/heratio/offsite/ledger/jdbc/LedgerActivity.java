package org.heratio.offsite.ledger.jdbc;

/**
 * The load of a ledger on its database since it was opened.
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
