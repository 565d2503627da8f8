package org.heratio.offsite.dashboard.summary;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Subscription;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one snapshot for all who look: every five seconds, and sooner after an event, but never two within a second. The queues are looked
 * at every ten seconds at most. The ledger is asked by one worker at a time; if it does not answer for long, the snapshot says so. Events are a hint only: they may be lost.
 */
public final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration QUEUES = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SHOWN_TRANSFERS = 20;

    private final WorkerExecutor workers;
    private final Broker broker;
    private final Clock clock;
    private final FactsReader reader;
    private final Queues queues;
    private final Transfers transfers;
    private final EventCodec codec = new EventCodec();
    private final List<Consumer<Snapshot>> listeners = new ArrayList<>();
    private volatile Snapshot current;
    private volatile boolean dirty = true;
    private @Nullable Context context;
    private volatile @Nullable Subscription subscription;
    private volatile boolean listening;
    private boolean reading;
    private boolean looking;
    private long lookedAt;
    private long readAt;
    private long timer = -1;

    public Snapshots(FactsReader reader, Queues queues, Broker broker, WorkerExecutor workers, Clock clock) {
        this.workers = workers;
        this.broker = broker;
        this.clock = clock;
        this.reader = reader;
        this.queues = queues;
        this.transfers = new Transfers(clock);
        Instant now = clock.instant();
        this.current = new Snapshot(
                null,
                null,
                new Snapshot.Up(false, now, "the ledger has not answered yet"),
                new Snapshot.Up(false, now, "the queues have not answered yet"),
                List.of());
    }

    /** Returns the last snapshot. From any thread. */
    public Snapshot current() {
        return current;
    }

    /** Calls a listener with each new snapshot, on the event loop that {@link #start} was called on. */
    public void listen(Consumer<Snapshot> listener) {
        listeners.add(listener);
    }

    /** Starts on an event loop. */
    public void start(Vertx vertx) {
        context = vertx.getOrCreateContext();
        timer = vertx.setPeriodic(1, TICK.toMillis(), t -> tick());
    }

    public void stop(Vertx vertx) {
        vertx.cancelTimer(timer);
        Subscription begun = subscription;
        if (begun != null) {
            begun.cancel().onFailure(e -> LOG.debug("the listening does not end: {}", String.valueOf(e)));
        }
    }

    private void tick() {
        long age = System.nanoTime() - readAt;
        if (reading && age > PATIENCE.toNanos()) {
            ledgerIs(false, "the ledger does not answer");
        }
        boolean due = readAt == 0 || age > USUAL.toNanos() || (dirty && age > SOON.toNanos());
        if (due && !reading) {
            read();
        }
    }

    private void read() {
        reading = true;
        dirty = false;
        readAt = System.nanoTime();
        listenToEvents();
        look();
        List<Transfers.Transfer> underWay =
                transfers.current().stream().limit(SHOWN_TRANSFERS).toList();
        workers.executeBlocking(() -> reader.read(underWay), false).onComplete(read -> {
            reading = false;
            if (read.succeeded()) {
                transfers.end(read.result().ended());
                publish(new Snapshot(
                        read.result(),
                        current.queues(),
                        current.ledger().with(true, clock.instant(), null),
                        current.broker(),
                        transfers.current()));
            } else {
                LOG.debug("no snapshot of the ledger", read.cause());
                ledgerIs(false, reason(read.cause()));
            }
        });
    }

    private void ledgerIs(boolean up, @Nullable String error) {
        publish(new Snapshot(
                current.facts(),
                current.queues(),
                current.ledger().with(up, clock.instant(), error),
                current.broker(),
                transfers.current()));
    }

    private void look() {
        if (looking || (lookedAt != 0 && System.nanoTime() - lookedAt < QUEUES.toNanos())) {
            return;
        }
        looking = true;
        lookedAt = System.nanoTime();
        Future<List<Queues.Depth>> asked = queues.look();
        asked.onComplete(looked -> onOurLoop(() -> {
            looking = false;
            publish(new Snapshot(
                    current.facts(),
                    looked.succeeded() ? looked.result() : null,
                    current.ledger(),
                    current.broker()
                            .with(
                                    looked.succeeded(),
                                    clock.instant(),
                                    looked.succeeded() ? null : reason(looked.cause())),
                    transfers.current()));
        }));
    }

    /** The broker answers on a loop of its own. */
    private void onOurLoop(Runnable task) {
        Context loop = context;
        if (loop != null) {
            loop.runOnContext(v -> task.run());
        }
    }

    private static String reason(Throwable cause) {
        return cause instanceof FailureException failed ? failed.failure().oneLine() : "it failed: see the log";
    }

    private void publish(Snapshot next) {
        current = next;
        listeners.forEach(listener -> listener.accept(next));
    }

    /** Tries again at each read, until the broker agrees. */
    private void listenToEvents() {
        if (!listening) {
            listening = true;
            broker.listen("#", this::heard)
                    .onSuccess(begun -> subscription = begun)
                    .onFailure(e -> listening = false);
        }
    }

    private void heard(Envelope envelope) {
        try {
            Event event = codec.decode(envelope);
            if (event instanceof WorkProgress progress) {
                transfers.heard(progress);
            }
            dirty = true;
        } catch (FailureException e) {
            LOG.debug("not for us: {}", e.failure().oneLine());
        }
    }
}
