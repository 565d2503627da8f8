package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.AMQP;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.rabbitmq.RabbitMQClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * A topology in terms of RabbitMQ.
 *
 * <ul>
 *   <li>{@code <exchange>}: topic, for events; {@code <exchange>.direct}: one queue by its name.
 *   <li>{@code <exchange>.ledger}: tells whose all this is.
 *   <li>{@code <exchange>.unrouted}: where all of them send what work has no queue; its queue of the same name is to be watched.
 *   <li>{@code <exchange>.delay.<ms>}: a fanout and a queue for each rung. A message goes in under the name of its target and, when
 *       its time is over, comes out to the direct exchange under the same name.
 * </ul>
 */
final class RabbitTopology {
    /** A message that was given back that often has something wrong with it: processes die of it. */
    private static final int DELIVERIES = 100;

    /** Looking at dead letters counts as a delivery, and must never drop one. */
    private static final int UNLIMITED = 1_000_000_000;

    /** Uploads take hours; servers before 3.12 ignore this and want it in their own configuration. */
    private static final Duration CONSUMER_TIMEOUT = Duration.ofDays(7);

    /**
     * A queue with all its arguments.
     *
     * @param ifOther what to do when it exists with others
     */
    record Declaration(String queue, JsonObject arguments, String ifOther) {
        Declaration {
            ifOther = ifOther.replace("NAME", queue);
        }

        Future<AMQP.Queue.DeclareOk> declare(RabbitMQClient client) {
            return client.queueDeclare(queue, true, false, false, arguments);
        }
    }

    /**
     * An exchange with all its arguments.
     *
     * @param ifOther what to do when it exists with others
     */
    record Exchange(String name, String type, JsonObject arguments, String ifOther) {
        Exchange {
            ifOther = ifOther.replace("NAME", name);
        }

        Exchange(String name, String type, JsonObject arguments) {
            this(name, type, arguments, IF_OTHER_EXCHANGE);
        }

        Future<Void> declare(RabbitMQClient client) {
            return client.exchangeDeclare(name, type, true, false, arguments);
        }
    }

    private static final String DELETE = "it exists with other arguments: stop all offsite processes, delete it (";
    private static final String IF_OTHER_EXCHANGE = DELETE
            + "rabbitmqadmin delete exchange name=NAME, or the management page), and start again; it holds no messages";
    private static final String IF_OTHER_LEDGER =
            "use the ledger that these queues belong to (BACKUP_OFFSITE_LEDGER_URL,"
                    + " DB_* or BACKUP_OFFSITE_STATE_DIR), or give this one queues of its own (BACKUP_OFFSITE_QUEUE_PREFIX). If that"
                    + " ledger is gone for good: stop all offsite processes, delete the queues and exchange NAME (rabbitmqadmin delete"
                    + " exchange name=NAME), and start again";
    private static final String IF_OTHER_DELAY =
            DELETE + "rabbitmqctl delete_queue NAME), and start again; what waited in"
                    + " it is published again from the ledger when it is overdue";
    private static final String IF_OTHER_WORK = DELETE
            + "rabbitmqctl delete_queue NAME), and start again; what was in it is published again from the ledger";
    private static final String IF_OTHER_LETTERS =
            DELETE + "rabbitmqctl delete_queue NAME), and start again; its letters are"
                    + " lost by that, so look at them first (management page), and take up what failed with offsite replicate";

    /** @param ifOther what to do when the thing exists with other arguments */
    private record Step(String what, String ifOther, Function<RabbitMQClient, Future<?>> call) {}

    private final Topology topology;
    private final Set<String> queues = new HashSet<>();

    RabbitTopology(Topology topology) {
        this.topology = topology;
        for (Topology.WorkQueue queue : topology.queues()) {
            queues.add(queue.name());
            queues.add(queue.dead());
        }
        queues.add(unrouted());
    }

    String exchange() {
        return topology.exchange();
    }

    String direct() {
        return topology.exchange() + ".direct";
    }

    String unrouted() {
        return topology.unrouted();
    }

    String delay(Duration delay) throws FailureException {
        if (!topology.ladder().contains(delay)) {
            throw new FailureException(
                    ErrorCode.BROKER_UNAVAILABLE,
                    "there is no delay queue for " + delay,
                    "the delays of the topology are " + topology.ladder());
        }
        return rung(delay);
    }

    private String rung(Duration delay) {
        return topology.exchange() + ".delay." + delay.toMillis();
    }

    /** The queue's own name, or a failure when it was not declared: RabbitMQ would drop the message in silence. */
    String known(String queue) throws FailureException {
        if (!queues.contains(queue)) {
            throw missing(queue);
        }
        return queue;
    }

    private static FailureException missing(String queue) {
        return new FailureException(
                ErrorCode.BROKER_UNAVAILABLE,
                "queue " + queue + " is not there",
                "the topology has to be declared first");
    }

    /** Whose queues they are, then targets, then what leads to them. */
    Future<Void> declare(RabbitLink link) {
        return owned(link).compose(v -> declareAll(link));
    }

    private Future<Void> owned(RabbitLink link) {
        Optional<Exchange> owned = ledgerExchange();
        if (owned.isEmpty()) {
            return Future.succeededFuture();
        }
        Step step = exchange(owned.get());
        return link.call(step.call().andThen(Future::<Void>mapEmpty))
                .recover(e -> Future.failedFuture(
                        RabbitFailures.isOther(e) ? foreign(step.ifOther(), e) : RabbitFailures.of(step.what(), e)));
    }

    private FailureException foreign(String hint, Throwable cause) {
        return new FailureException(
                ErrorCode.BROKER_FOREIGN,
                "the queues " + topology.exchange() + ".* at RabbitMQ belong to the pipeline of another ledger",
                hint,
                cause);
    }

    private Future<Void> declareAll(RabbitLink link) {
        List<Step> steps = new ArrayList<>();
        unroutedSteps(steps);
        steps.add(exchange(eventExchange()));
        steps.add(exchange(directExchange()));
        for (Topology.WorkQueue queue : topology.queues()) {
            steps.add(queue(letters(queue.dead())));
            steps.add(bind(queue.dead(), direct(), queue.dead()));
            steps.add(queue(workQueue(queue)));
            steps.add(bind(queue.name(), direct(), queue.name()));
            queue.bindings().forEach(pattern -> steps.add(bind(queue.name(), exchange(), pattern)));
        }
        topology.ladder().forEach(delay -> rungSteps(steps, delay));
        Future<Void> all = Future.succeededFuture();
        for (Step step : steps) {
            all = all.compose(v -> link.call(step.call().andThen(Future::<Void>mapEmpty))
                    .recover(e -> Future.failedFuture(RabbitFailures.of(step.what(), step.ifOther(), e))));
        }
        return all;
    }

    /** Notifications may go unheard, so only what is work is caught: keys that some queue should take, and names of queues. */
    private void unroutedSteps(List<Step> steps) {
        steps.add(exchange(unroutedExchange()));
        steps.add(queue(letters(unrouted())));
        steps.add(bind(unrouted(), unrouted(), topology.exchange() + ".#"));
        for (Topology.WorkQueue queue : topology.queues()) {
            for (String pattern : queue.bindings()) {
                int last = pattern.lastIndexOf('.');
                // payload.ready.s3: also the destination that this process does not know
                boolean family = last > pattern.indexOf('.');
                steps.add(bind(unrouted(), unrouted(), family ? pattern.substring(0, last) + ".*" : pattern));
            }
        }
    }

    private void rungSteps(List<Step> steps, Duration delay) {
        String name = rung(delay);
        steps.add(queue(rungQueue(delay)));
        steps.add(exchange(rungExchange(delay)));
        steps.add(bind(name, name, ""));
    }

    /**
     * An exchange that nobody publishes to: the server compares what it is declared with, and its alternate exchange names the ledger. So that
     * one look, at whatever time, by whichever process, tells that two ledgers would take each other's work. Empty where nobody owns them.
     */
    Optional<Exchange> ledgerExchange() {
        String name = topology.exchange() + ".ledger";
        return Optional.ofNullable(topology.owner())
                .map(owner -> new JsonObject().put("alternate-exchange", name + "." + owner))
                .map(named -> new Exchange(name, "fanout", named, IF_OTHER_LEDGER));
    }

    /** All exchanges that are published to, targets first. */
    List<Exchange> exchanges() {
        List<Exchange> all = new ArrayList<>(List.of(unroutedExchange(), eventExchange(), directExchange()));
        topology.ladder().forEach(delay -> all.add(rungExchange(delay)));
        return all;
    }

    /** All queues, targets first. */
    List<Declaration> declarations() {
        List<Declaration> all = new ArrayList<>(List.of(letters(unrouted())));
        for (Topology.WorkQueue queue : topology.queues()) {
            all.add(letters(queue.dead()));
            all.add(workQueue(queue));
        }
        topology.ladder().forEach(delay -> all.add(rungQueue(delay)));
        return all;
    }

    /** Returns whether the messages in this queue wait for a person. */
    boolean holdsLetters(String queue) {
        return queue.equals(unrouted())
                || topology.queues().stream().anyMatch(work -> work.dead().equals(queue));
    }

    private Exchange unroutedExchange() {
        return new Exchange(unrouted(), "topic", new JsonObject());
    }

    private Exchange eventExchange() {
        return new Exchange(exchange(), "topic", watched());
    }

    private Exchange directExchange() {
        return new Exchange(direct(), "direct", watched());
    }

    private JsonObject watched() {
        return new JsonObject().put("alternate-exchange", unrouted());
    }

    private Exchange rungExchange(Duration delay) {
        // a delay queue that somebody deletes must not swallow what is to come back later
        return new Exchange(rung(delay), "fanout", watched());
    }

    private Declaration rungQueue(Duration delay) {
        JsonObject arguments = new JsonObject()
                .put("x-message-ttl", delay.toMillis())
                .put("x-delivery-limit", UNLIMITED)
                .put("x-dead-letter-exchange", direct())
                .put("x-dead-letter-strategy", "at-least-once")
                .put("x-overflow", "reject-publish");
        return quorum(rung(delay), arguments, IF_OTHER_DELAY);
    }

    private static Step exchange(Exchange exchange) {
        return new Step("declaring exchange " + exchange.name(), exchange.ifOther(), exchange::declare);
    }

    private Declaration workQueue(Topology.WorkQueue queue) {
        return quorum(
                queue.name(),
                new JsonObject()
                        .put("x-delivery-limit", DELIVERIES)
                        .put("x-consumer-timeout", CONSUMER_TIMEOUT.toMillis())
                        .put("x-dead-letter-exchange", direct())
                        .put("x-dead-letter-routing-key", queue.dead())
                        .put("x-dead-letter-strategy", "at-least-once")
                        .put("x-overflow", "reject-publish"),
                IF_OTHER_WORK);
    }

    /** Returns whether a queue of this full name is a work queue. */
    boolean isWork(String queue) {
        return topology.queues().stream().anyMatch(each -> each.name().equals(queue));
    }

    /** Returns the declaration of a work queue. Fails for other queues. */
    Declaration declaration(String queue) throws FailureException {
        for (Topology.WorkQueue each : topology.queues()) {
            if (each.name().equals(queue)) {
                return workQueue(each);
            }
        }
        throw missing(queue);
    }

    private static Declaration quorum(String name, JsonObject arguments, String ifOther) {
        return new Declaration(name, arguments.copy().put("x-queue-type", "quorum"), ifOther);
    }

    private static Declaration letters(String name) {
        return quorum(name, new JsonObject().put("x-delivery-limit", UNLIMITED), IF_OTHER_LETTERS);
    }

    private static Step queue(Declaration declaration) {
        return new Step("declaring queue " + declaration.queue(), declaration.ifOther(), declaration::declare);
    }

    private static Step bind(String queue, String exchange, String pattern) {
        return new Step(
                "binding queue " + queue + " to " + exchange + " by " + pattern,
                IF_OTHER_WORK,
                client -> client.queueBind(queue, exchange, pattern));
    }
}
