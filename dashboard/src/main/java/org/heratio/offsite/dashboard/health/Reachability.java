package org.heratio.offsite.dashboard.health;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.ledger.Ledger;

/** Asks the ledger and the broker, every few seconds, whether they answer: for a process without the page, which has no snapshot. */
public final class Reachability implements Readiness {
    private static final Duration PERIOD = Duration.ofSeconds(15);

    private final Ledger ledger;
    private final Broker broker;
    private final String queue;
    private final WorkerExecutor workers;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile boolean ledgerUp;
    private volatile boolean brokerUp;
    private long timer = -1;

    /** @param queue one of the pipeline's */
    public Reachability(Ledger ledger, Broker broker, String queue, WorkerExecutor workers) {
        this.ledger = ledger;
        this.broker = broker;
        this.queue = queue;
        this.workers = workers;
    }

    /** Looks now, and in each period. For the event loop. */
    public void start(Vertx vertx) {
        look();
        timer = vertx.setPeriodic(PERIOD.toMillis(), any -> look());
    }

    public void stop(Vertx vertx) {
        vertx.cancelTimer(timer);
    }

    private void look() {
        broker.depth(queue).onComplete(depth -> brokerUp = depth.succeeded());
        // a ledger that is away answers late: one question at a time
        if (asking.compareAndSet(false, true)) {
            workers.<Boolean>executeBlocking(
                            () -> {
                                ledger.requireUnchanged();
                                return true;
                            },
                            false)
                    .onComplete(answer -> {
                        ledgerUp = answer.succeeded();
                        asking.set(false);
                    });
        }
    }

    @Override
    public boolean ledger() {
        return ledgerUp;
    }

    @Override
    public boolean queues() {
        return brokerUp;
    }
}
