package org.heratio.offsite.broker.local;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.QueueState;
import org.heratio.offsite.broker.Subscription;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * The broker in the JVM. Queues live in memory and die with the process; the watcher's scan and the ledger's unfinished rows bring
 * their messages back at the next start. All handlers of one broker are called on one event-loop context.
 */
public final class LocalBroker implements Broker {
    private final LocalServer server;
    private final Context context;
    private final Set<LocalConsumer> consumers = new HashSet<>();
    private final Set<LocalListener> listeners = new HashSet<>();
    private boolean closed;

    /**
     * A broker with queues of its own.
     *
     * @throws IllegalArgumentException when called on a worker thread, where no event loop can be had
     */
    public LocalBroker(Vertx vertx) {
        this(vertx, new LocalServer(vertx));
    }

    /** One more connection to the same queues. */
    LocalBroker(Vertx vertx, LocalServer server) {
        this.server = server;
        this.context = vertx.getOrCreateContext();
        if (!context.isEventLoopContext()) {
            throw new IllegalArgumentException("a local broker cannot be made on a worker thread");
        }
        synchronized (server) {
            server.attach();
        }
    }

    @Override
    public Future<Void> declare(Topology topology) {
        return locked(() -> {
            server.declare(topology);
            return null;
        });
    }

    @Override
    public Future<Void> publish(Envelope envelope) {
        return locked(() -> {
            server.publish(envelope);
            return null;
        });
    }

    @Override
    public Future<Void> publishTo(String queue, Envelope envelope) {
        return locked(() -> {
            server.queue(queue).add(envelope);
            return null;
        });
    }

    @Override
    public Future<Void> publishLater(String queue, Envelope envelope, Duration delay) {
        return locked(() -> {
            server.later(server.queue(queue), envelope, delay);
            return null;
        });
    }

    @Override
    public Future<Void> deadLetter(String queue, Envelope envelope) {
        return locked(() -> {
            dead(queue).add(envelope);
            return null;
        });
    }

    @Override
    public Future<List<Envelope>> deadLetters(String queue, int limit) {
        return locked(() -> dead(queue).peek(limit));
    }

    @Override
    public Future<Void> visitLetters(String queue, Function<Envelope, Future<Boolean>> visitor) {
        Promise<Void> end = Promise.promise();
        context.runOnContext(v -> visitNext(queue, -1, visitor, end));
        return end.future();
    }

    private void visitNext(String queue, long behind, Function<Envelope, Future<Boolean>> visitor, Promise<Void> end) {
        locked(() -> server.queue(queue).next(behind)).onFailure(end::fail).onSuccess(next -> {
            if (next == null) {
                end.complete();
                return;
            }
            visitor.apply(next.getValue())
                    .compose(done ->
                            done ? locked(() -> server.queue(queue).remove(next.getKey())) : Future.succeededFuture())
                    .onFailure(end::fail)
                    .onSuccess(v -> context.runOnContext(w -> visitNext(queue, next.getKey(), visitor, end)));
        });
    }

    @Override
    public Future<Subscription> consume(String queue, int prefetch, Handler<Delivery> handler) {
        return locked(() -> {
            LocalQueue source = server.queue(queue);
            consumers.removeIf(LocalConsumer::spent);
            LocalConsumer consumer = new LocalConsumer(server, source, Math.max(1, prefetch), context, handler);
            consumers.add(consumer);
            source.addConsumer(consumer);
            return consumer;
        });
    }

    @Override
    public Future<Subscription> listen(String pattern, Handler<Envelope> handler) {
        return locked(() -> {
            listeners.removeIf(LocalListener::ended);
            LocalListener listener = new LocalListener(server, TopicPattern.of(pattern), context, handler);
            listeners.add(listener);
            server.addListener(listener);
            return listener;
        });
    }

    @Override
    public Future<Long> depth(String queue) {
        return locked(() -> server.queue(queue).depth());
    }

    @Override
    public Future<Boolean> exists(String queue) {
        return locked(() -> server.exists(queue));
    }

    @Override
    public Future<Integer> consumers(String queue) {
        return locked(() -> server.queue(queue).consumers());
    }

    @Override
    public Future<Map<String, QueueState>> look(Collection<String> queues) {
        return locked(() -> {
            Map<String, QueueState> states = new HashMap<>();
            for (String queue : queues) {
                states.put(
                        queue,
                        new QueueState(
                                server.queue(queue).depth(), server.queue(queue).consumers()));
            }
            return states;
        });
    }

    @Override
    public Future<Void> close() {
        synchronized (server) {
            if (!closed) {
                closed = true;
                List.copyOf(listeners).forEach(LocalListener::cancel);
                listeners.clear();
                List.copyOf(consumers).forEach(LocalConsumer::close);
                consumers.clear();
                server.detach();
            }
        }
        return Future.succeededFuture();
    }

    private LocalQueue dead(String queue) throws FailureException {
        return server.queue(new Topology.WorkQueue(queue, List.of()).dead());
    }

    private interface Call<T> {
        @Nullable
        T make() throws FailureException;
    }

    private <T> Future<T> locked(Call<T> call) {
        synchronized (server) {
            if (closed) {
                return Future.failedFuture(
                        new FailureException(ErrorCode.BROKER_UNAVAILABLE, "the broker is closed already"));
            }
            try {
                return Future.succeededFuture(call.make());
            } catch (FailureException e) {
                return Future.failedFuture(e);
            }
        }
    }
}
