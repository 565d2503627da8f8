package org.heratio.offsite.stage;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stage of the pipeline: {@link #start} consumes its queue, {@link #stop} drains it. Thread-safe; no method blocks.
 *
 * <p>For each delivery it decodes, handles, records in the ledger, publishes what follows, waits for the confirm, and acks, in this
 * order, so that a crash in between only repeats work. {@link StageShell} makes and deploys it.
 */
public final class StageVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(StageVerticle.class);

    /** How long interrupted work may take to end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** Uploads take hours: Vert.x must not warn of them as of a thread that hangs. */
    private static final long LONGEST_WORK_DAYS = 3_650;

    private final StageDefinition stage;
    private final Broker broker;
    private final StageWork work;
    private final Acknowledger acknowledger;
    private final LedgerRetry retry;
    private final Supplier<Duration> drainTimeout;
    private final Set<Job> jobs = new HashSet<>();
    private final Promise<Void> idle = Promise.promise();
    private @Nullable WorkerExecutor workers;
    private @Nullable LongWork longWork;
    private @Nullable Subscription subscription;
    private @Nullable Future<Integer> drained;

    /** @param drainTimeout how long work may go on undisturbed when the verticle stops */
    StageVerticle(
            StageDefinition stage,
            Broker broker,
            StageWork work,
            Acknowledger acknowledger,
            LedgerRetry retry,
            Supplier<Duration> drainTimeout) {
        this.stage = stage;
        this.broker = broker;
        this.work = work;
        this.acknowledger = acknowledger;
        this.retry = retry;
        this.drainTimeout = drainTimeout;
    }

    /** Consumes the queue, which has to be declared. Succeeds when deliveries can come. */
    @Override
    public Future<?> start() {
        WorkerExecutor pool = vertx.createSharedWorkerExecutor(
                "offsite-" + stage.name(), stage.concurrency() + stage.besideLong(), LONGEST_WORK_DAYS, TimeUnit.DAYS);
        synchronized (this) {
            workers = pool;
            longWork = new LongWork(
                    vertx,
                    stage,
                    substitute -> broker.consume(stage.queue(), 1, delivery -> deliver(delivery, pool, substitute)));
        }
        return broker.consume(stage.queue(), stage.concurrency(), delivery -> deliver(delivery, pool, null))
                .onSuccess(this::consuming)
                .onFailure(e -> pool.close());
    }

    /** Drains the stage within the timeout that holds now. */
    @Override
    public Future<?> stop() {
        return drain(drainTimeout.get());
    }

    private void consuming(Subscription begun) {
        synchronized (this) {
            subscription = begun;
        }
        Breaker breaker = stage.breaker();
        if (breaker != null) {
            breaker.onChange(open -> {
                if (open) {
                    pause();
                } else {
                    resume();
                }
            });
        }
    }

    /** Takes a delivery in; called on an event loop. */
    private void deliver(Delivery delivery, WorkerExecutor pool, LongWork.@Nullable Substitute takenBy) {
        Job job = new Job(delivery);
        synchronized (this) {
            if (drained != null) {
                // not acked: it goes back when the broker is closed
                return;
            }
            jobs.add(job);
            if (longWork != null) {
                longWork.began(job, takenBy);
            }
        }
        onWorker(job, pool)
                .otherwise(e -> {
                    LOG.error(
                            "stage={} lost its way with message {}",
                            name(),
                            delivery.envelope().id(),
                            e);
                    return new Disposition.Leave();
                })
                .compose(disposition -> job.interrupted()
                        ? Future.<Void>succeededFuture()
                        : acknowledger.acknowledge(delivery, disposition))
                .onComplete(ended -> leave(job));
    }

    private Future<Disposition> onWorker(Job job, WorkerExecutor pool) {
        try {
            return pool.executeBlocking(() -> work.run(job), false);
        } catch (RejectedExecutionException e) {
            return Future.failedFuture(e);
        }
    }

    private void leave(Job job) {
        boolean last;
        synchronized (this) {
            jobs.remove(job);
            if (longWork != null) {
                longWork.ended(job);
            }
            last = drained != null && jobs.isEmpty();
        }
        if (last) {
            idle.tryComplete();
        }
    }

    /** The stage's name. */
    public String name() {
        return stage.name();
    }

    /** How many deliveries are under way. */
    public synchronized int inFlight() {
        return jobs.size();
    }

    /** Takes no more deliveries until {@link #resume()}; what is under way goes on. Idempotent. */
    public synchronized void pause() {
        if (subscription != null) {
            subscription.pause();
        }
        if (longWork != null) {
            longWork.pause();
        }
    }

    /** Ends a {@link #pause()}. Idempotent. */
    public synchronized void resume() {
        if (subscription != null) {
            subscription.resume();
        }
        if (longWork != null) {
            longWork.resume();
        }
    }

    /**
     * Stops: takes nothing more in, waits for what is under way, and interrupts what is not through within the bound. What is left
     * then is not acked and goes back to the queue when the broker is closed. Idempotent: a second call gets the first one's future.
     *
     * @param bound how long work may go on undisturbed
     * @return how many deliveries were left behind; never fails
     */
    public Future<Integer> drain(Duration bound) {
        Promise<Integer> end = Promise.promise();
        Subscription consumer;
        boolean nothingToDo;
        synchronized (this) {
            if (drained != null) {
                return drained;
            }
            drained = end.future();
            consumer = subscription;
            if (longWork != null) {
                longWork.stop();
            }
            nothingToDo = jobs.isEmpty();
        }
        retry.stop();
        if (nothingToDo) {
            idle.tryComplete();
        }
        Future<Void> cancelled = consumer == null ? Future.succeededFuture() : consumer.cancel();
        cancelled.otherwiseEmpty(); // a consumer that cannot be cancelled has lost its broker, which is as good
        idleWithin(bound)
                .compose(v -> interruptTheRest())
                .compose(v -> closeWorkers())
                .onComplete(ignored -> end.complete(inFlight()));
        return end.future();
    }

    private Future<Void> interruptTheRest() {
        List<Job> rest;
        synchronized (this) {
            rest = List.copyOf(jobs);
        }
        if (rest.isEmpty()) {
            return Future.succeededFuture();
        }
        LOG.warn(
                "stage={} interrupts {} deliveries that are not through; they go back to the queue",
                name(),
                rest.size());
        rest.forEach(Job::interrupt);
        return idleWithin(LAST_WORDS);
    }

    private synchronized Future<Void> closeWorkers() {
        return workers == null ? Future.succeededFuture() : workers.close().otherwiseEmpty();
    }

    /** Succeeds when nothing is under way any more, or when the time is over. */
    private Future<Void> idleWithin(Duration bound) {
        Promise<Void> either = Promise.promise();
        long timer = vertx.setTimer(Math.max(1, bound.toMillis()), t -> either.tryComplete());
        idle.future().onComplete(v -> {
            vertx.cancelTimer(timer);
            either.tryComplete();
        });
        return either.future();
    }
}
