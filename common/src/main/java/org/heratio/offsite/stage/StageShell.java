package org.heratio.offsite.stage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.ledger.PendingWork;

/**
 * Runs stages. For each delivery: decode, handle, record in the ledger, publish what follows and wait for its confirm, ack — in this
 * order, so that a crash in between only repeats work. Failures are retried along the ladder or end in the dead queue, and each
 * attempt is noted.
 */
public final class StageShell {
    /** Uploads take hours: Vert.x must not warn of them as of a thread that hangs. */
    private static final long LONGEST_WORK_DAYS = 3_650;

    private final Vertx vertx;
    private final Broker broker;
    private final PendingWork attempts;
    private final RetryPolicy policy;
    private final EventCodec codec;
    private final Clock clock;

    /**
     * @param attempts where failed attempts are recorded
     * @param policy its ladder has to be the one of the declared topology
     */
    public StageShell(
            Vertx vertx, Broker broker, PendingWork attempts, RetryPolicy policy, EventCodec codec, Clock clock) {
        this.vertx = vertx;
        this.broker = broker;
        this.attempts = attempts;
        this.policy = policy;
        this.codec = codec;
        this.clock = clock;
    }

    /** Consumes the queue of a stage, which has to be declared. The future succeeds when deliveries can come. */
    public Future<RunningStage> start(StageDefinition stage) {
        WorkerExecutor workers = vertx.createSharedWorkerExecutor(
                "offsite-" + stage.name(), stage.concurrency(), LONGEST_WORK_DAYS, TimeUnit.DAYS);
        LedgerRetry retry = new LedgerRetry(stage.name());
        StageWork work = new StageWork(stage, broker, attempts, policy, codec, clock, retry);
        Acknowledger acknowledger = new Acknowledger(vertx, broker, stage, retry::stopping, clock);
        RunningStage running = new RunningStage(vertx, stage, workers, work, acknowledger, retry);
        return broker.consume(stage.queue(), stage.concurrency(), running::deliver)
                .map(running::consuming)
                .onFailure(e -> workers.close());
    }
}
