package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which works share a transaction, and what becomes of the others when one of them fails. */
@Timeout(HangLimit.TEST_SECONDS)
class GroupCommitTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** The works of each transaction that was committed, by name. */
    private final List<List<String>> committed = Collections.synchronizedList(new ArrayList<>());
    /** The works of the present transaction. One transaction runs at a time. */
    private final List<String> doing = Collections.synchronizedList(new ArrayList<>());

    private final CountDownLatch firstRuns = new CountDownLatch(1);
    private final CountDownLatch firstMayEnd = new CountDownLatch(1);
    private final GroupCommit groups = new GroupCommit(this::attempt, this::alone);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void worksThatComeDuringATransactionShareTheNextOne() throws Exception {
        Future<String> first = threads.submit(this::first);
        firstRuns.await();
        Future<String> second = enter(work("second"));
        Future<String> third = enter(work("third"));

        firstMayEnd.countDown();

        assertThat(List.of(get(first), get(second), get(third))).containsExactly("first", "second", "third");
        assertThat(committed).containsExactly(List.of("first"), List.of("second", "third"));
    }

    @Test
    void aWorkThatFailsIsUndoneWithoutTheOthers() throws Exception {
        Future<String> first = threads.submit(this::first);
        firstRuns.await();
        Future<String> good = enter(work("good"));
        Future<String> bad = enter(() -> groups.run(tx -> {
            throw new IllegalArgumentException("bad");
        }));
        Future<String> better = enter(work("better"));

        firstMayEnd.countDown();

        assertThat(List.of(get(first), get(good), get(better))).containsExactly("first", "good", "better");
        assertThatThrownBy(() -> get(bad))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThat(committed).containsExactlyInAnyOrder(List.of("first"), List.of("good"), List.of("better"));
    }

    @Test
    void aThreadThatIsInterruptedLeavesItsPlaceToTheNext() throws Exception {
        Future<String> first = threads.submit(this::first);
        firstRuns.await();
        Future<String> stopped = enter(work("stopped"));
        Future<String> next = enter(work("next"));

        stopped.cancel(true);
        await().atMost(HangLimit.STEP).until(() -> groups.waiting() == 1);
        firstMayEnd.countDown();

        assertThat(List.of(get(first), get(next))).containsExactly("first", "next");
        assertThat(committed).containsExactly(List.of("first"), List.of("next"));
        assertThat(get(threads.submit(work("later")))).isEqualTo("later");
    }

    @Test
    void aTransactionTakesOnlySoManyWorks() throws Exception {
        Future<String> first = threads.submit(this::first);
        firstRuns.await();
        List<Future<String>> others = new ArrayList<>();
        for (int i = 0; i < GroupCommit.MOST + 1; i++) {
            others.add(enter(work("work " + i)));
        }

        firstMayEnd.countDown();

        assertThat(get(first)).isEqualTo("first");
        for (Future<String> other : others) {
            get(other);
        }
        assertThat(committed).extracting(List::size).containsExactly(1, GroupCommit.MOST, 1);
    }

    private String first() throws InterruptedException, LedgerException {
        return groups.run(tx -> {
            firstRuns.countDown();
            firstMayEnd.await();
            return done("first");
        });
    }

    private Callable<String> work(String name) {
        return () -> groups.run(tx -> done(name));
    }

    private String done(String name) {
        doing.add(name);
        return name;
    }

    /** Starts a work, and waits until it has its place. */
    private Future<String> enter(Callable<String> work) {
        int before = groups.waiting();
        Future<String> entered = threads.submit(work);
        await().atMost(HangLimit.STEP).until(() -> groups.waiting() == before + 1);
        return entered;
    }

    private static String get(Future<String> future) throws Exception {
        return future.get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    private <T> T attempt(Transactions.Work<T> work) throws StatementException, InterruptedException, LedgerException {
        doing.clear();
        T result = work.in(null);
        committed.add(List.copyOf(doing));
        return result;
    }

    private synchronized <T> T alone(Transactions.Work<T> work) throws InterruptedException, LedgerException {
        try {
            return attempt(work);
        } catch (StatementException e) {
            throw new IllegalStateException(e);
        }
    }
}
