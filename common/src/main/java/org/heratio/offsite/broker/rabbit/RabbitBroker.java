package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.AMQP;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.QueueState;
import org.heratio.offsite.broker.Subscription;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker over RabbitMQ 3.10 and newer. One connection for publishing, one for looks at queues, and one for each consumer and listener; each is replaced
 * by itself when it is lost, and the topology declared again with it.
 */
public final class RabbitBroker implements Broker {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitBroker.class);

    private final Vertx vertx;
    private final RabbitSettings settings;
    private final RabbitLooks looks;
    private final List<RabbitRole> roles = new ArrayList<>();
    private @Nullable RabbitTopology topology;
    private @Nullable Future<RabbitPublisher> publisher;
    private boolean closed;

    /** Nothing is connected before {@link #declare}. */
    public RabbitBroker(Vertx vertx, RabbitSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.looks = new RabbitLooks(vertx, settings);
    }

    static FailureException closed() {
        return new FailureException(ErrorCode.BROKER_UNAVAILABLE, "the broker is closed already");
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public Future<Void> declare(Topology wanted) {
        if (isClosed()) {
            return Future.failedFuture(closed());
        }
        RabbitTopology made = new RabbitTopology(wanted);
        return once("topology", made::declare).onSuccess(v -> {
            synchronized (this) {
                topology = made;
            }
        });
    }

    /**
     * Declares the topology, and waits with it for a server that is not there yet. It fails only when waiting cannot help, or when
     * the broker is closed.
     */
    public Future<Void> declareWhenThere(Topology wanted) {
        Promise<Void> there = Promise.promise();
        declareWhenThere(wanted, there, RabbitRole.BACKOFF.first(), "");
        return there.future();
    }

    private void declareWhenThere(Topology wanted, Promise<Void> there, Duration pause, String saidBefore) {
        declare(wanted).onSuccess(there::complete).onFailure(e -> {
            if (isClosed() || RabbitFailures.of("declaring", e).failure().kind() == FailureKind.PERMANENT) {
                there.fail(e);
                return;
            }
            String text = String.valueOf(e.getMessage());
            if (!text.equals(saidBefore)) {
                LOG.warn("waiting for RabbitMQ at {}: {}", settings.where(), text);
            }
            vertx.setTimer(
                    pause.toMillis(), t -> declareWhenThere(wanted, there, RabbitRole.BACKOFF.after(pause), text));
        });
    }

    @Override
    public Future<Void> publish(Envelope envelope) {
        return publish(names -> new Address(names.exchange(), envelope.routingKey()), envelope);
    }

    @Override
    public Future<Void> publishTo(String queue, Envelope envelope) {
        return publish(names -> new Address(names.direct(), names.known(queue)), envelope);
    }

    @Override
    public Future<Void> publishLater(String queue, Envelope envelope, Duration delay) {
        return publish(names -> new Address(names.delay(delay), names.known(queue)), envelope);
    }

    @Override
    public Future<Void> deadLetter(String queue, Envelope envelope) {
        return publish(names -> new Address(names.direct(), names.known(dead(queue))), envelope);
    }

    private record Address(String exchange, String routingKey) {}

    private interface Naming<T> {
        T of(RabbitTopology names) throws FailureException;
    }

    private Future<Void> publish(Naming<Address> naming, Envelope envelope) {
        Address to;
        try {
            to = named(naming);
        } catch (FailureException e) {
            return Future.failedFuture(e);
        }
        return publisher().compose(ready -> ready.publish(to.exchange(), to.routingKey(), envelope));
    }

    private synchronized <T> T named(Naming<T> naming) throws FailureException {
        if (closed) {
            throw closed();
        }
        if (topology == null) {
            throw new FailureException(
                    ErrorCode.BROKER_UNAVAILABLE, "the exchange is not there", "the topology has to be declared first");
        }
        return naming.of(topology);
    }

    /** Made by the first who publishes; when it cannot connect at all the next one tries again. */
    private synchronized Future<RabbitPublisher> publisher() {
        if (publisher == null || publisher.failed()) {
            RabbitPublisher made = new RabbitPublisher(vertx, settings, this::declareAgain);
            opened(made.role());
            publisher = made.start().map(made).onFailure(e -> made.close());
        }
        return publisher;
    }

    private Future<Void> declareAgain(RabbitLink link) {
        RabbitTopology names;
        synchronized (this) {
            names = topology;
        }
        return names == null ? Future.succeededFuture() : names.declare(link);
    }

    @Override
    public Future<Subscription> consume(String queue, int prefetch, Handler<Delivery> handler) {
        try {
            RabbitConsumer consumer = new RabbitConsumer(
                    vertx,
                    settings,
                    this::declareAgain,
                    named(names -> names.known(queue)),
                    Math.max(1, prefetch),
                    handler);
            opened(consumer.role());
            return consumer.start();
        } catch (FailureException e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public Future<Subscription> listen(String pattern, Handler<Envelope> handler) {
        try {
            String exchange = named(RabbitTopology::exchange);
            RabbitListener listener =
                    new RabbitListener(vertx, settings, this::declareAgain, exchange, pattern, handler);
            opened(listener.role());
            return listener.start();
        } catch (FailureException e) {
            return Future.failedFuture(e);
        }
    }

    /** Remembers whom to end with the broker, and forgets who has ended. */
    private synchronized void opened(RabbitRole role) {
        roles.removeIf(RabbitRole::ended);
        roles.add(role);
    }

    @Override
    public Future<Long> depth(String queue) {
        return onQueue("depth", queue, (link, name) -> link.call(client -> client.messageCount(name)));
    }

    @Override
    public Future<Boolean> exists(String queue) {
        if (isClosed()) {
            return Future.failedFuture(closed());
        }
        return once(
                "looking for queue " + queue,
                link -> link.call(client -> client.messageCount(queue))
                        .map(true)
                        .recover(e ->
                                RabbitFailures.isAbsent(e) ? Future.succeededFuture(false) : Future.failedFuture(e)));
    }

    @Override
    public Future<Integer> consumers(String queue) {
        try {
            // declared as it is already: the answer has the count, and the client has no passive declaration
            RabbitTopology.Declaration known = named(names -> names.declaration(queue));
            return once("consumers", link -> link.call(known::declare).map(AMQP.Queue.DeclareOk::getConsumerCount));
        } catch (FailureException e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public Future<Map<String, QueueState>> look(Collection<String> queues) {
        try {
            return looks.look(named(names -> RabbitLooks.declared(names, queues)));
        } catch (FailureException e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public Future<List<Envelope>> deadLetters(String queue, int limit) {
        return onQueue("dead letters", dead(queue), (link, name) -> new RabbitDeadLetters(link, name).first(limit));
    }

    @Override
    public Future<Void> visitLetters(String queue, Function<Envelope, Future<Boolean>> visitor) {
        return onQueue("dead letters", queue, (link, name) -> new RabbitDeadLetters(link, name).visit(visitor));
    }

    private interface QueueTask<T> {
        Future<T> run(RabbitLink link, String queue);
    }

    private <T> Future<T> onQueue(String role, String queue, QueueTask<T> task) {
        try {
            String name = named(names -> names.known(queue));
            return once(role, link -> task.run(link, name));
        } catch (FailureException e) {
            return Future.failedFuture(e);
        }
    }

    /** Does one thing on a link of its own. */
    private <T> Future<T> once(String role, Function<RabbitLink, Future<T>> task) {
        return RabbitLink.open(vertx, settings, role)
                .compose(link -> task.apply(link)
                        .recover(e -> Future.failedFuture(RabbitFailures.of(role, e)))
                        .eventually(link::close));
    }

    private static String dead(String queue) {
        return new Topology.WorkQueue(queue, List.of()).dead();
    }

    @Override
    public Future<Void> close() {
        List<RabbitRole> all;
        Future<RabbitPublisher> publishing;
        synchronized (this) {
            closed = true;
            all = List.copyOf(roles);
            roles.clear();
            publishing = publisher;
        }
        if (publishing != null) {
            publishing.onSuccess(RabbitPublisher::close);
        }
        List<Future<Void>> ends = new ArrayList<>(List.of(looks.close()));
        all.forEach(role -> ends.add(role.end()));
        return Future.join(ends).<Void>mapEmpty().otherwiseEmpty();
    }
}
