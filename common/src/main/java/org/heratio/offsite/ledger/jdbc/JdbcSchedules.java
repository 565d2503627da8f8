package org.heratio.offsite.ledger.jdbc;

import java.util.Optional;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Schedules;
import org.jspecify.annotations.Nullable;

/** Schedules among the facts of {@link Meta}. */
final class JdbcSchedules implements Schedules {
    private static final String SCHEDULE = "schedule.";

    private final Transactions transactions;

    JdbcSchedules(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Optional<Long> doneUntil(String schedule) throws LedgerException {
        return transactions.run(tx -> Meta.value(tx, SCHEDULE + schedule).map(Long::valueOf));
    }

    @Override
    public boolean advance(String schedule, @Nullable Long from, long until) throws LedgerException {
        return transactions.run(tx -> advance(tx, schedule, from, until));
    }

    private static boolean advance(Tx tx, String schedule, @Nullable Long from, long until)
            throws StatementException, InterruptedException {
        if (from != null) {
            return tx.changes(
                    "UPDATE offsite_meta SET val = ? WHERE name = ? AND val = ?",
                    Long.toString(until),
                    SCHEDULE + schedule,
                    Long.toString(from));
        }
        boolean first = Meta.value(tx, SCHEDULE + schedule).isEmpty();
        if (first) {
            // two that are first at once: one ends in a duplicate key, and looks again
            Meta.insert(tx, SCHEDULE + schedule, Long.toString(until));
        }
        return first;
    }
}
