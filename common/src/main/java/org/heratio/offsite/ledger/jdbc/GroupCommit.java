package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts short works that come at the same time into one transaction: a commit costs an embedded database as much as many statements. Works
 * that come during a transaction wait for its end. The thread of the first of them then runs them all, in the order in which they came.
 *
 * <p>If one of them fails, the database undoes them all, and each thread runs its own work alone. So a work fails only by itself. Thread-safe.
 */
final class GroupCommit {
    /** The most works in one transaction: the first one waits for the statements of all. */
    static final int MOST = 16;

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** Tries work in one transaction. */
    interface Attempt {
        <T extends @Nullable Object> T run(Transactions.Work<T> work)
                throws StatementException, InterruptedException, LedgerException;
    }

    /** Runs work in a transaction, again where that helps. */
    interface Patient {
        <T extends @Nullable Object> T run(Transactions.Work<T> work) throws InterruptedException, LedgerException;
    }

    private enum Turn {
        /** Its thread runs a group, with it at the head. */
        LEAD,
        /** Committed. */
        DONE,
        /** Its thread runs it alone. */
        ALONE
    }

    /** A work, and what its thread does about it. */
    private static final class Member<T extends @Nullable Object> {
        private final Transactions.Work<T> work;
        private final CompletableFuture<Turn> turn = new CompletableFuture<>();
        /** One value, as soon as it ran; null counts as one. */
        private final List<T> result = new ArrayList<>(1);

        Member(Transactions.Work<T> work) {
            this.work = work;
        }

        void run(Tx tx) throws StatementException, InterruptedException, LedgerException {
            result.clear();
            result.add(work.in(tx));
        }
    }

    private final Attempt attempt;
    private final Patient alone;
    private final Deque<Member<?>> waiting = new ArrayDeque<>();
    private boolean busy;

    /**
     * @param attempt tries a group
     * @param alone runs a work whose group failed
     */
    GroupCommit(Attempt attempt, Patient alone) {
        this.attempt = attempt;
        this.alone = alone;
    }

    /** Runs a work and returns its result. Blocks until it is committed. */
    <T extends @Nullable Object> T run(Transactions.Work<T> work) throws InterruptedException, LedgerException {
        Member<T> member = new Member<>(work);
        Turn turn = begins(member) ? Turn.LEAD : await(member);
        return switch (turn) {
            case LEAD -> lead(member);
            case DONE -> member.result.get(0);
            case ALONE -> alone.run(work);
        };
    }

    /** Returns the number of works that wait for a transaction. */
    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized boolean begins(Member<?> member) {
        if (busy) {
            waiting.add(member);
            return false;
        }
        busy = true;
        return true;
    }

    private Turn await(Member<?> member) throws InterruptedException {
        try {
            return member.turn.get();
        } catch (InterruptedException e) {
            leave(member);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes a work out whose thread was interrupted. If its group runs already, it runs with the others. */
    private synchronized void leave(Member<?> member) {
        if (!waiting.remove(member) && member.turn.getNow(Turn.DONE) == Turn.LEAD) {
            passOn();
        }
    }

    private <T extends @Nullable Object> T lead(Member<T> first) throws InterruptedException, LedgerException {
        List<Member<?>> group = group(first);
        Turn turn = Turn.ALONE;
        try {
            turn = attempt.run(tx -> {
                for (Member<?> each : group) {
                    each.run(tx);
                }
                return Turn.DONE;
            });
        } catch (StatementException | LedgerException | RuntimeException e) {
            // each of them finds out alone whether it was the cause
            LOG.debug("a transaction of {} works failed: {}", group.size(), e.toString());
        } finally {
            end(group, turn);
        }
        return turn == Turn.DONE ? first.result.get(0) : alone.run(first.work);
    }

    private synchronized List<Member<?>> group(Member<?> first) {
        List<Member<?>> group = new ArrayList<>();
        group.add(first);
        while (group.size() < MOST && !waiting.isEmpty()) {
            group.add(waiting.remove());
        }
        return group;
    }

    private void end(List<Member<?>> group, Turn turn) {
        group.forEach(member -> member.turn.complete(turn));
        passOn();
    }

    /** Lets the thread of the next work begin. */
    private synchronized void passOn() {
        Member<?> next = waiting.poll();
        if (next == null) {
            busy = false;
        } else {
            next.turn.complete(Turn.LEAD);
        }
    }
}
