package org.heratio.offsite.stage;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.failure.Backoff;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the way, at the broker: publish with a confirm, and only then ack. While the broker takes nothing the message stays
 * unacked and all of it is repeated, so that a message may go out twice but never get lost.
 */
final class Acknowledger {
    private static final Logger LOG = LoggerFactory.getLogger(Acknowledger.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final int BATCH = 100;
    private static final Disposition NOTHING = new Disposition.Done(List.of());

    private final Vertx vertx;
    private final Broker broker;
    private final StageDefinition stage;
    private final BooleanSupplier stopping;
    private final Clock clock;
    private final WaitLog waiting = new WaitLog(System::nanoTime);

    Acknowledger(Vertx vertx, Broker broker, StageDefinition stage, BooleanSupplier stopping, Clock clock) {
        this.clock = clock;
        this.vertx = vertx;
        this.broker = broker;
        this.stage = stage;
        this.stopping = stopping;
    }

    /** Succeeds when the message is settled, or left to the broker because the stage stops. Never fails. */
    Future<Void> acknowledge(Delivery delivery, Disposition disposition) {
        if (disposition instanceof Disposition.Leave) {
            return Future.succeededFuture();
        }
        Promise<Void> end = Promise.promise();
        attempt(delivery, disposition, BACKOFF.first(), end);
        return end.future();
    }

    private void attempt(Delivery delivery, Disposition disposition, Duration pause, Promise<Void> end) {
        publish(disposition).onComplete(result -> {
            if (result.succeeded()) {
                waiting.succeeded()
                        .ifPresent(lasted -> LOG.info("stage={} has its broker back, after {}", stage.name(), lasted));
                // an ack that fails means a delivery once more, which every handler can bear
                delivery.ack().otherwiseEmpty().onComplete(end);
                return;
            }
            if (stopping.getAsBoolean()) {
                end.complete();
                return;
            }
            Optional<Failure> uncarried = uncarried(result.cause());
            if (uncarried.isPresent()) {
                withoutIt(delivery, disposition, uncarried.get(), end);
                return;
            }
            waiting.failed()
                    .ifPresent(lasted -> LOG.warn(
                            "stage={} waits for the broker, since {}: {}", stage.name(), lasted, text(result.cause())));
            vertx.setTimer(pause.toMillis(), t -> attempt(delivery, disposition, BACKOFF.after(pause), end));
        });
    }

    /** Returns what is wrong with a message itself: the broker will never carry it, however long this waits. */
    private static Optional<Failure> uncarried(Throwable cause) {
        return cause instanceof FailureException failed && failed.failure().code() == ErrorCode.MESSAGE_MALFORMED
                ? Optional.of(failed.failure())
                : Optional.empty();
    }

    /** Ends a message without the one that cannot be carried. The ledger has the work that is lost with that, and a scan publishes it. */
    private void withoutIt(Delivery delivery, Disposition disposition, Failure failure, Promise<Void> end) {
        Envelope envelope = delivery.envelope();
        LOG.error(
                "stage={} cannot publish what follows from message {}: {}",
                stage.name(),
                envelope.id(),
                failure.oneLine());
        if (disposition instanceof Disposition.GaveTurn gave && !gave.other().equals(NOTHING)) {
            attempt(delivery, new Disposition.GaveTurn(gave.envelope(), NOTHING), BACKOFF.first(), end);
            return;
        }
        if (disposition instanceof Disposition.Dead dead && dead.followUps().isEmpty()) {
            LOG.error("stage={} drops message {}: not even its dead queue takes it", stage.name(), envelope.id());
            delivery.ack().otherwiseEmpty().onComplete(end);
            return;
        }
        Envelope letter = disposition instanceof Disposition.Dead dead
                ? dead.letter()
                : Headers.dead(envelope, stage, Headers.attempt(envelope), clock.millis(), failure);
        attempt(delivery, new Disposition.Dead(List.of(), letter), BACKOFF.first(), end);
    }

    private static String text(Throwable cause) {
        return cause instanceof FailureException failed ? failed.failure().oneLine() : String.valueOf(cause);
    }

    private Future<Void> publish(Disposition disposition) {
        if (disposition instanceof Disposition.Done done) {
            return publish(done.followUps());
        }
        if (disposition instanceof Disposition.Again again) {
            return broker.publishLater(stage.queue(), again.envelope(), again.delay());
        }
        if (disposition instanceof Disposition.GaveTurn gave) {
            return publish(gave.other()).compose(v -> broker.publishTo(stage.queue(), gave.envelope()));
        }
        Disposition.Dead dead = (Disposition.Dead) disposition;
        return publish(dead.followUps()).compose(v -> broker.deadLetter(stage.queue(), dead.letter()));
    }

    private Future<Void> publish(List<Envelope> envelopes) {
        Future<Void> all = Future.succeededFuture();
        for (int from = 0; from < envelopes.size(); from += BATCH) {
            List<Envelope> batch = envelopes.subList(from, Math.min(envelopes.size(), from + BATCH));
            all = all.compose(v ->
                    Future.all(batch.stream().map(broker::publish).toList()).mapEmpty());
        }
        return all;
    }
}
