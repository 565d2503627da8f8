package org.heratio.offsite.dashboard.health;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Asks the ledger and the broker, every few seconds, whether they answer: for a process without the page, which has no snapshot. */
public final class Reachability implements Readiness {
    private static final Duration PERIOD = Duration.ofSeconds(15);
    private static final Duration FRESH = Duration.ofSeconds(60);

    private final Server ledger;
    private final Server broker;
    private long timer = -1;

    /**
     * @param ledger asks the ledger, and fails if it cannot be used
     * @param broker asks the broker, likewise
     */
    public Reachability(Supplier<Future<?>> ledger, Supplier<Future<?>> broker, Clock clock) {
        this.ledger = new Server(ledger, clock);
        this.broker = new Server(broker, clock);
    }

    /** A server that is asked one question at a time: one that is away answers late, or never. */
    private static final class Server {
        private static final long NEVER = 0;

        private final Supplier<Future<?>> question;
        private final Clock clock;
        private final AtomicBoolean asking = new AtomicBoolean();
        /** The time of the last good answer, epoch milliseconds. */
        private volatile long answeredAt = NEVER;

        Server(Supplier<Future<?>> question, Clock clock) {
            this.question = question;
            this.clock = clock;
        }

        void ask() {
            if (asking.compareAndSet(false, true)) {
                question.get().onComplete(answer -> {
                    answeredAt = answer.succeeded() ? clock.millis() : NEVER;
                    asking.set(false);
                });
            }
        }

        boolean isUp() {
            return clock.millis() - answeredAt < FRESH.toMillis();
        }
    }

    /** Looks now, and in each period. For the event loop. */
    public void start(Vertx vertx) {
        look();
        timer = vertx.setPeriodic(PERIOD.toMillis(), any -> look());
    }

    public void stop(Vertx vertx) {
        vertx.cancelTimer(timer);
    }

    void look() {
        broker.ask();
        ledger.ask();
    }

    @Override
    public boolean ledger() {
        return ledger.isUp();
    }

    @Override
    public boolean queues() {
        return broker.isUp();
    }
}
