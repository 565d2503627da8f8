package org.heratio.offsite.stage;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.QueueState;
import org.heratio.offsite.broker.Subscription;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** A broker whose next publications fail, as many as wanted; everything else goes to the real one. */
final class FailingBroker implements Broker {
    private final Broker real;

    /** How many publications are still to fail, of any kind. */
    final AtomicInteger failures = new AtomicInteger();

    /** Messages that the broker will never carry. */
    final AtomicReference<Predicate<Envelope>> uncarried = new AtomicReference<>(envelope -> false);

    /** How often a delivery was acked. */
    final AtomicInteger acks = new AtomicInteger();

    FailingBroker(Broker real) {
        this.real = real;
    }

    private Future<Void> unlessFailing(Supplier<Future<Void>> call) {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return Future.failedFuture(new FailureException(ErrorCode.BROKER_UNAVAILABLE, "the broker is away"));
        }
        return call.get();
    }

    private static Future<Void> refused() {
        return Future.failedFuture(new FailureException(ErrorCode.MESSAGE_MALFORMED, "the broker cannot carry this"));
    }

    @Override
    public Future<Void> declare(Topology topology) {
        return real.declare(topology);
    }

    @Override
    public Future<Void> publish(Envelope envelope) {
        return uncarried.get().test(envelope) ? refused() : unlessFailing(() -> real.publish(envelope));
    }

    @Override
    public Future<Void> publishTo(String queue, Envelope envelope) {
        return unlessFailing(() -> real.publishTo(queue, envelope));
    }

    @Override
    public Future<Void> publishLater(String queue, Envelope envelope, Duration delay) {
        return unlessFailing(() -> real.publishLater(queue, envelope, delay));
    }

    @Override
    public Future<Void> deadLetter(String queue, Envelope envelope) {
        return uncarried.get().test(envelope) ? refused() : unlessFailing(() -> real.deadLetter(queue, envelope));
    }

    @Override
    public Future<List<Envelope>> deadLetters(String queue, int limit) {
        return real.deadLetters(queue, limit);
    }

    @Override
    public Future<Void> visitLetters(String queue, Function<Envelope, Future<Boolean>> visitor) {
        return real.visitLetters(queue, visitor);
    }

    @Override
    public Future<Subscription> consume(String queue, int prefetch, Handler<Delivery> handler) {
        return real.consume(queue, prefetch, delivery -> handler.handle(new Counted(delivery)));
    }

    private final class Counted implements Delivery {
        private final Delivery delivery;

        Counted(Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public Envelope envelope() {
            return delivery.envelope();
        }

        @Override
        public Future<Void> ack() {
            acks.incrementAndGet();
            return delivery.ack();
        }
    }

    @Override
    public Future<Subscription> listen(String pattern, Handler<Envelope> handler) {
        return real.listen(pattern, handler);
    }

    @Override
    public Future<Long> depth(String queue) {
        return real.depth(queue);
    }

    @Override
    public Future<Boolean> exists(String queue) {
        return real.exists(queue);
    }

    @Override
    public Future<Integer> consumers(String queue) {
        return real.consumers(queue);
    }

    @Override
    public Future<Map<String, QueueState>> look(Collection<String> queues) {
        return real.look(queues);
    }

    @Override
    public Future<Void> close() {
        return real.close();
    }
}
