package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two ends that the database makes: it rolls back one of two transactions in a deadlock, and it ends a search that takes too long. */
@Timeout(HangLimit.TEST_SECONDS)
@ExtendWith(VertxExtension.class)
abstract class DeadlockContract {
    abstract LedgerConfig config();

    @Test
    void aTransactionThatIsEndedInADeadlockIsRepeated(Vertx vertx) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (JdbcLedger ledger = JdbcLedger.open(vertx, config(), Clock.systemUTC());
                DatabaseThreads threads = new DatabaseThreads(2)) {
            Transactions transactions = new Transactions(config(), threads.context(), EmbeddedFile.of(config()));
            transactions.run(tx -> tx.update("INSERT INTO offsite_meta (name, val) VALUES ('a', '0'), ('b', '0')"));
            AtomicInteger rounds = new AtomicInteger();
            CyclicBarrier bothHoldOne = new CyclicBarrier(2);
            Future<?> first = executor.submit(() -> add(transactions, List.of("a", "b"), bothHoldOne, rounds));
            Future<?> second = executor.submit(() -> add(transactions, List.of("b", "a"), bothHoldOne, rounds));
            first.get(HangLimit.SECONDS, TimeUnit.SECONDS);
            second.get(HangLimit.SECONDS, TimeUnit.SECONDS);
            List<SqlRow> rows = transactions.run(
                    tx -> tx.query("SELECT val FROM offsite_meta WHERE name IN ('a', 'b') ORDER BY name"));
            assertThat(rows).extracting(row -> row.text("val")).containsExactly("2", "2");
            assertThat(rounds).hasValueGreaterThan(2);
            transactions.close();
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aSearchThatTakesTooLongIsEndedByTheDatabaseAndTheNextIsNot(Vertx vertx) throws Exception {
        String slow = "SELECT COUNT(*) AS n FROM offsite_meta a, offsite_meta b, offsite_meta c, offsite_meta d "
                + "WHERE CONCAT(a.name, b.name, c.name, d.name) LIKE '%x%x%'";
        try (JdbcLedger ledger = JdbcLedger.open(vertx, config(), Clock.systemUTC());
                DatabaseThreads threads = new DatabaseThreads(1)) {
            Transactions transactions = new Transactions(config(), threads.context(), EmbeddedFile.of(config()));
            transactions.run(tx -> tx.update("INSERT INTO offsite_meta (name, val) VALUES ('row0', '')"
                    + IntStream.range(1, 300)
                            .mapToObj(i -> ", ('row" + i + "', '')")
                            .collect(Collectors.joining())));

            assertThatThrownBy(() -> transactions.runWithin(Duration.ofMillis(200), tx -> tx.query(slow)))
                    .isInstanceOfSatisfying(LedgerException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.LEDGER_SLOW);
                        assertThat(e.failure().hint()).contains("narrow");
                    });
            assertThat(transactions.<Long>runWithin(Duration.ofMinutes(1), Tx::now))
                    .isPositive();
            assertThat(transactions.<Long>run(Tx::now)).isPositive();

            assertThatThrownBy(() -> transactions.runWithin(Duration.ofMillis(1), tx -> {
                        throw new InterruptedException("the request was given up");
                    }))
                    .isInstanceOf(LedgerException.class);
            assertThat(Thread.interrupted()).isTrue();
            String slower =
                    "SELECT COUNT(*) AS n FROM offsite_meta a, offsite_meta b WHERE CONCAT(a.name, b.name) LIKE '%x%x%'";
            assertThat(transactions.<List<SqlRow>>run(tx -> tx.query(slower)))
                    .as("the limit ends with the search, also if that is broken off")
                    .hasSize(1);
            transactions.close();
            assertThat(ledger.versions().newest()).isEmpty();
        }
    }

    private static Void add(Transactions transactions, List<String> order, CyclicBarrier barrier, AtomicInteger rounds)
            throws Exception {
        AtomicInteger round = new AtomicInteger();
        transactions.run(tx -> {
            rounds.incrementAndGet();
            boolean firstTime = round.incrementAndGet() == 1;
            for (String name : order) {
                int value = Integer.parseInt(tx.first("SELECT val FROM offsite_meta WHERE name = ? FOR UPDATE", name)
                        .orElseThrow()
                        .text("val"));
                if (firstTime) {
                    firstTime = false;
                    meet(barrier);
                }
                tx.update("UPDATE offsite_meta SET val = ? WHERE name = ?", Integer.toString(value + 1), name);
            }
            return true;
        });
        return null;
    }

    private static void meet(CyclicBarrier barrier) throws InterruptedException {
        try {
            barrier.await(HangLimit.SECONDS, TimeUnit.SECONDS);
        } catch (BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
