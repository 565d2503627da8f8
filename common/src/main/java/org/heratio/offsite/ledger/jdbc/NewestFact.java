package org.heratio.offsite.ledger.jdbc;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.heratio.offsite.ledger.LedgerException;

/**
 * The newest fact that this process has recorded, as far as the database tells. By it, a database is known that went back in time: H2 opens
 * one whose last writes failed as it was before them, whatever it has acknowledged. Thread-safe.
 */
final class NewestFact {
    /**
     * Fails if a table of ours is missing. It has no parameters: the client asks PostgreSQL about those first, passes over the error, and
     * the statement then fails for a transaction that is aborted.
     */
    private static final String ALL_TABLES = Schema.TABLES.stream()
            .map(table -> "SELECT 1 FROM " + table + " WHERE 1 = 0")
            .collect(Collectors.joining(" UNION ALL "));

    private final AtomicLong known = new AtomicLong();
    private final LossFound loss;
    private volatile boolean reconnecting;

    NewestFact(LossFound loss) {
        this.loss = loss;
    }

    /** Notes the facts of a transaction that was committed. */
    void acknowledged(Tx tx) {
        known.accumulateAndGet(tx.newestFact(), Math::max);
    }

    /** Notes that the next transaction has a new connection. */
    void reconnecting() {
        reconnecting = true;
    }

    /**
     * Checks, after a reconnection, that the database is still the one that was left.
     *
     * @throws LedgerException {@code LEDGER_LOST} if it is not
     */
    void require(Tx tx) throws StatementException, InterruptedException, LedgerException {
        if (reconnecting) {
            tx.query(ALL_TABLES);
            long recorded = known.get();
            if (recorded > 0) {
                require(tx, recorded);
            }
            reconnecting = false;
        }
    }

    private void require(Tx tx, long recorded) throws StatementException, InterruptedException, LedgerException {
        Long newest =
                tx.query("SELECT MAX(id) AS newest FROM offsite_journal").get(0).numberOrNull("newest");
        // the newest fact is never trimmed
        if (newest == null || newest < recorded) {
            throw loss.of(
                    "the ledger went back in time: its newest fact has the number " + (newest == null ? 0 : newest)
                            + ", although " + recorded + " was recorded",
                    "look at its disk (dmesg, smartctl), then start again: 'offsite verify-integrity --all' and 'offsite replicate'"
                            + " find what is to be done again",
                    null);
        }
    }
}
