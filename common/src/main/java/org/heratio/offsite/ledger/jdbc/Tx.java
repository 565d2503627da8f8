package org.heratio.offsite.ledger.jdbc;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.heratio.offsite.ledger.RecordedFact;
import org.jspecify.annotations.Nullable;

/** One open transaction, used by one worker thread, which waits for each statement. */
final class Tx {
    private static final long STATEMENT_SECONDS = 30;
    private static final int CHUNK = 500;

    private final Dialect dialect;
    private final SqlConnection connection;
    private final Transaction transaction;
    private final LongAdder statements;
    private final List<RecordedFact> facts = new ArrayList<>();
    private long newestFact;
    private boolean limited;

    /** @param statements counts those of all transactions */
    Tx(Dialect dialect, SqlConnection connection, Transaction transaction, LongAdder statements) {
        this.statements = statements;
        this.dialect = dialect;
        this.connection = connection;
        this.transaction = transaction;
    }

    Dialect dialect() {
        return dialect;
    }

    List<SqlRow> query(String sql, @Nullable Object... parameters) throws StatementException, InterruptedException {
        List<SqlRow> rows = new ArrayList<>();
        for (Row row : execute(sql, parameters)) {
            rows.add(new SqlRow(row, ""));
        }
        return rows;
    }

    Optional<SqlRow> first(String sql, @Nullable Object... parameters) throws StatementException, InterruptedException {
        List<SqlRow> rows = query(sql, parameters);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    /** Runs a statement that changes rows, and tells how many it found. */
    int update(String sql, @Nullable Object... parameters) throws StatementException, InterruptedException {
        return execute(sql, parameters).rowCount();
    }

    /** Returns whether a compare-and-set found its row. */
    boolean changes(String sql, @Nullable Object... parameters) throws StatementException, InterruptedException {
        return update(sql, parameters) > 0;
    }

    /** Lets the database end each statement that takes longer, until {@link #unlimit}. */
    void limit(Duration most) throws StatementException, InterruptedException {
        limited = true;
        for (String sql : dialect.limit(most.toMillis())) {
            update(sql);
        }
    }

    /** Takes the limit back: the connection is used again. */
    void unlimit() throws StatementException, InterruptedException {
        for (String sql : dialect.unlimited()) {
            update(sql);
        }
        limited = false;
    }

    /** Returns whether the connection still has a limit, and must not be used again. */
    boolean isLimited() {
        return limited;
    }

    /** The database's clock, epoch milliseconds. */
    long now() throws StatementException, InterruptedException {
        return query("SELECT " + dialect.nowMillis() + " AS now_millis").get(0).number("now_millis");
    }

    /** Notes the ids of facts that this transaction has written into the journal. */
    void wrote(List<SqlRow> ids) {
        ids.forEach(row -> newestFact = Math.max(newestFact, row.number("id")));
    }

    /** Returns the highest id of a fact that this transaction has written, as far as the database tells; or 0. */
    long newestFact() {
        return newestFact;
    }

    /** Notes a fact that this transaction has written into the journal. */
    void wrote(RecordedFact fact) {
        facts.add(fact);
    }

    List<RecordedFact> facts() {
        return facts;
    }

    void commit() throws StatementException, InterruptedException {
        await(transaction.commit());
        connection.close();
    }

    /** Gives up what was done; the connection goes back by itself when that has arrived. */
    void rollback() {
        transaction.rollback().onComplete(done -> connection.close());
    }

    /** A list in pieces that fit into one statement. */
    static <T> List<List<T>> chunks(List<T> all) {
        return chunks(all, CHUNK);
    }

    static <T> List<List<T>> chunks(List<T> all, int size) {
        List<List<T>> chunks = new ArrayList<>();
        for (int start = 0; start < all.size(); start += size) {
            chunks.add(all.subList(start, Math.min(all.size(), start + size)));
        }
        return chunks;
    }

    /** Question marks for a list of parameters. */
    static String marks(int count) {
        return "?" + ", ?".repeat(count - 1);
    }

    private RowSet<Row> execute(String sql, @Nullable Object... parameters)
            throws StatementException, InterruptedException {
        statements.increment();
        Tuple tuple = Tuple.tuple();
        for (Object parameter : parameters) {
            tuple.addValue(parameter);
        }
        return await(connection.preparedQuery(sql).execute(tuple));
    }

    static <T> T await(Future<T> future) throws StatementException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(STATEMENT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw StatementException.of(e);
        }
    }
}
