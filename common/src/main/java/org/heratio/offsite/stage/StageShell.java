package org.heratio.offsite.stage;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.ledger.PendingWork;

/** Makes the verticles of stages from what all stages of a process share. Failures are retried along the ladder or end in the dead queue. */
public final class StageShell {
    private final Vertx vertx;
    private final Broker broker;
    private final PendingWork attempts;
    private final RetryPolicy policy;
    private final EventCodec codec;
    private final Clock clock;
    private final Supplier<Duration> drainTimeout;
    private final StageMeter meter;
    private final Watchdog watchdog = new Watchdog();

    /**
     * @param attempts where failed attempts are recorded
     * @param policy its ladder has to be the one of the declared topology
     * @param drainTimeout how long work may go on undisturbed when a stage is undeployed; asked at that moment
     * @param meter counts what its stages do
     */
    public StageShell(
            Vertx vertx,
            Broker broker,
            PendingWork attempts,
            RetryPolicy policy,
            EventCodec codec,
            Clock clock,
            Supplier<Duration> drainTimeout,
            StageMeter meter) {
        this.vertx = vertx;
        this.broker = broker;
        this.attempts = attempts;
        this.policy = policy;
        this.codec = codec;
        this.clock = clock;
        this.drainTimeout = drainTimeout;
        this.meter = meter;
    }

    /** Returns what watches the work of all its stages. It has to be started. */
    public Watchdog watchdog() {
        return watchdog;
    }

    /** Returns the verticle of a stage. Deploying it consumes the stage's queue, which has to be declared. */
    public StageVerticle verticle(StageDefinition stage) {
        Breaker breaker = stage.breaker();
        meter.runs(stage.name(), () -> breaker != null && breaker.isOpen());
        LedgerRetry retry = new LedgerRetry(stage.name());
        StageWork work = new StageWork(stage, broker, attempts, policy, codec, clock, retry, watchdog, meter);
        Acknowledger acknowledger = new Acknowledger(vertx, broker, stage, retry::stopping, clock);
        return new StageVerticle(stage, broker, work, acknowledger, retry, drainTimeout);
    }
}
