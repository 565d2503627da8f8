package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.RecordedFact;
import org.jspecify.annotations.Nullable;

/** Reads the journal, and keeps it short. */
final class JdbcJournal implements Journal {
    private static final int BATCH = 1000;
    /** Facts that a search for a rare kind reads. */
    private static final long LOOKED_THROUGH = 100_000;

    private final Transactions transactions;
    private final JournalRows rows;
    private final Clock clock;

    JdbcJournal(Transactions transactions, JournalRows rows, Clock clock) {
        this.transactions = transactions;
        this.rows = rows;
        this.clock = clock;
    }

    @Override
    public void append(JournalEntry entry) throws LedgerException {
        transactions.execute(tx -> rows.write(tx, List.of(entry)));
    }

    @Override
    public void onRecorded(Consumer<RecordedFact> listener) {
        transactions.onFact(listener);
    }

    @Override
    public List<JournalEntry> story(String path, Order order, @Nullable Long beyond, int limit) throws LedgerException {
        return transactions.run(tx -> story(tx, path, order, beyond, limit));
    }

    private static List<JournalEntry> story(Tx tx, String path, Order order, @Nullable Long beyond, int limit)
            throws StatementException, InterruptedException {
        boolean newestFirst = switch (order) {
            case NEWEST_FIRST -> true;
            case OLDEST_FIRST -> false;
        };
        List<Object> parameters = new ArrayList<>(List.of(Digests.ofText(path)));
        if (beyond != null) {
            parameters.add(beyond);
        }
        return read(
                tx,
                "path_hash = ?" + (beyond == null ? "" : newestFirst ? " AND id < ?" : " AND id > ?"),
                newestFirst ? "DESC" : "ASC",
                limit,
                parameters);
    }

    @Override
    public List<JournalEntry> latest(@Nullable Kind kind, @Nullable Long beyond, int limit) throws LedgerException {
        return transactions.run(tx -> {
            long newest = newest(tx);
            List<Object> parameters = new ArrayList<>(List.of(beyond == null ? newest + 1 : beyond));
            String condition = "id < ?";
            if (kind != null) {
                condition += " AND kind = ? AND id > ?";
                parameters.addAll(List.of(kind.name(), newest - LOOKED_THROUGH));
            }
            return read(tx, condition, "DESC", limit, parameters);
        });
    }

    @Override
    public List<JournalEntry> above(long id, int limit) throws LedgerException {
        return transactions.run(tx -> read(tx, "id > ?", "ASC", limit, List.of(id)));
    }

    private static long newest(Tx tx) throws StatementException, InterruptedException {
        Long newest =
                tx.query("SELECT MAX(id) AS newest FROM offsite_journal").get(0).numberOrNull("newest");
        return newest == null ? 0 : newest;
    }

    private static List<JournalEntry> read(Tx tx, String condition, String order, int limit, List<Object> parameters)
            throws StatementException, InterruptedException {
        List<JournalEntry> entries = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT id, noted_at, path, version_id, copy_id, driver, kind, actor, code, detail FROM offsite_journal WHERE "
                        + condition + " ORDER BY id " + order + " LIMIT " + Math.max(0, limit),
                parameters.toArray())) {
            entries.add(entry(row));
        }
        return entries;
    }

    private static JournalEntry entry(SqlRow row) {
        return new JournalEntry(
                row.number("id"),
                row.number("noted_at"),
                row.text("path"),
                row.number("version_id"),
                row.number("copy_id"),
                row.text("driver"),
                Kind.valueOf(row.text("kind")),
                row.text("actor"),
                row.textOrNull("code"),
                row.textOrNull("detail"));
    }

    @Override
    public int trim(Duration age, long kept) throws LedgerException {
        return transactions.run(tx -> trim(tx, clock.millis() - age.toMillis(), kept));
    }

    /**
     * Counts by id: gaps in the ids leave fewer rows than the bound, never more, and no statement counts millions of rows. The newest fact
     * stays: {@link NewestFact} knows by it that the ledger did not go back in time.
     */
    private static int trim(Tx tx, long before, long kept) throws StatementException, InterruptedException {
        long newest = newest(tx);
        if (newest == 0) {
            return 0;
        }
        List<Long> ids = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT id FROM offsite_journal WHERE noted_at < ? AND id < ? ORDER BY noted_at LIMIT " + BATCH,
                before,
                newest)) {
            ids.add(row.number("id"));
        }
        for (SqlRow row : tx.query(
                "SELECT id FROM offsite_journal WHERE id <= ? ORDER BY id LIMIT " + BATCH,
                newest - Math.max(1, kept))) {
            ids.add(row.number("id"));
        }
        int deleted = 0;
        for (List<Long> some : Tx.chunks(ids)) {
            deleted += tx.update(
                    "DELETE FROM offsite_journal WHERE id IN (" + Tx.marks(some.size()) + ")", some.toArray());
        }
        return deleted;
    }
}
