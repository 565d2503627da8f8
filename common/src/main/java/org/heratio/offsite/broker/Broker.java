package org.heratio.offsite.broker;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The message queue, as the stages need it: at-least-once, in no guaranteed order.
 *
 * <p>All methods may be called from any thread and return at once. Handlers are called on an event loop and must not block.
 * A failed future carries a {@link org.heratio.offsite.failure.FailureException} and means that it is unknown whether the
 * call had its effect; every call may be repeated. Every adapter passes {@code BrokerContract}.
 */
public interface Broker {
    /**
     * Makes exchange, queues, delay ladder and dead queues, or checks that they are there as wanted. Idempotent. It comes before
     * every other call; a call that needs an exchange or queue that was not declared fails. It fails with {@code BROKER_REFUSED}
     * when trying again cannot help: the wrong password, or a queue that exists with other arguments; and with
     * {@code BROKER_FOREIGN} when the queues belong to another ledger.
     */
    Future<Void> declare(Topology topology);

    /**
     * Publishes on the topic exchange. The future succeeds when every queue that is bound to the routing key has the message
     * safely; a notification to which nobody listens succeeds too.
     */
    Future<Void> publish(Envelope envelope);

    /**
     * Puts a message back into a work queue after a delay. It survives what the queue survives.
     *
     * @param delay one of the topology's ladder
     */
    Future<Void> publishLater(String queue, Envelope envelope, Duration delay);

    /** Puts a message into one work queue at once, past the exchange: only that queue gets it. */
    Future<Void> publishTo(String queue, Envelope envelope);

    /** Puts a message into the dead queue that belongs to a work queue. */
    Future<Void> deadLetter(String queue, Envelope envelope);

    /**
     * Looks at the dead letters of a work queue, oldest first, and leaves them there. While somebody else looks, some may be missing.
     *
     * @param limit how many at most
     */
    Future<List<Envelope>> deadLetters(String queue, int limit);

    /**
     * Shows the letters of a dead queue, or of the topology's unrouted one, to a visitor, oldest first and one after the other, and removes
     * those that it is through with. To replay a letter, publish it before that: a crash in between then leaves one too many, never one too
     * few. What comes in meanwhile is shown too; while somebody else looks, some may be missing.
     *
     * @param queue the full name of the queue that holds the letters
     * @param visitor called on an event loop; true removes the letter, false leaves it, a failure leaves it and ends the visit
     */
    Future<Void> visitLetters(String queue, Function<Envelope, Future<Boolean>> visitor);

    /**
     * Consumes a work queue, in competition with every other consumer of it.
     *
     * @param prefetch how many deliveries may be unacked at once, at least 1
     */
    Future<Subscription> consume(String queue, int prefetch, Handler<Delivery> handler);

    /**
     * Listens to events through a queue of its own that ends with the subscription. Events may be lost while nobody is
     * connected or the subscription is paused: nothing may depend on them.
     *
     * @param pattern a topic pattern: words divided by dots, {@code *} for one word, {@code #} for any number
     */
    Future<Subscription> listen(String pattern, Handler<Envelope> handler);

    /** How many messages wait in a queue (work queue or dead queue), those not counted that are delivered and not acked. */
    Future<Long> depth(String queue);

    /** Returns whether there is a queue of this full name, declared by whomever. It may be asked before {@link #declare}. */
    Future<Boolean> exists(String queue);

    /** How many consumers a work queue has at the moment, in all processes together. One that is paused may or may not count. */
    Future<Integer> consumers(String queue);

    /**
     * Looks at several queues. Looks that follow each other share one connection.
     *
     * @param queues the full names of work queues, dead queues, or the unrouted one
     * @return by the name of the queue
     */
    Future<Map<String, QueueState>> look(Collection<String> queues);

    /** Ends all consumers and gives back what is not acked. Idempotent. */
    Future<Void> close();
}
