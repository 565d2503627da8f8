package org.heratio.offsite.broker.local;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * The state that the brokers of one JVM share: queues, bindings, listeners, timers. Every method is called with this object's lock held.
 */
final class LocalServer {
    private record Binding(TopicPattern pattern, LocalQueue queue) {}

    private final Map<String, LocalQueue> queues = new HashMap<>();
    private final Set<String> bound = new HashSet<>();
    private final List<Binding> bindings = new ArrayList<>();
    private final Set<LocalListener> listeners = new HashSet<>();
    private final Set<Long> timers = new HashSet<>();
    private final Vertx vertx;
    private int brokers;
    private @Nullable Topology topology;
    private @Nullable String owner;

    LocalServer(Vertx vertx) {
        this.vertx = vertx;
    }

    void attach() {
        brokers++;
    }

    /** One broker less; with the last one nobody is left whom a delayed message could reach. */
    void detach() {
        brokers--;
        if (brokers == 0) {
            timers.forEach(vertx::cancelTimer);
            timers.clear();
        }
    }

    void declare(Topology wanted) throws FailureException {
        if (topology != null && !topology.exchange().equals(wanted.exchange())) {
            throw new FailureException(
                    ErrorCode.UNEXPECTED,
                    "exchange " + topology.exchange() + " is declared already, " + wanted.exchange() + " cannot be",
                    "a broker serves one queue prefix: open another one");
        }
        if (owner != null && wanted.owner() != null && !owner.equals(wanted.owner())) {
            throw new FailureException(
                    ErrorCode.BROKER_FOREIGN,
                    "the queues " + wanted.exchange() + ".* belong to another ledger",
                    "a process has one ledger");
        }
        owner = wanted.owner() == null ? owner : wanted.owner();
        topology = wanted;
        queues.computeIfAbsent(wanted.unrouted(), name -> new LocalQueue());
        for (Topology.WorkQueue queue : wanted.queues()) {
            LocalQueue made = queues.computeIfAbsent(queue.name(), name -> new LocalQueue());
            queues.computeIfAbsent(queue.dead(), name -> new LocalQueue());
            for (String pattern : queue.bindings()) {
                if (bound.add(queue.name() + " " + pattern)) {
                    bindings.add(new Binding(TopicPattern.of(pattern), made));
                }
            }
        }
    }

    void publish(Envelope envelope) throws FailureException {
        if (topology == null) {
            throw missing("the exchange");
        }
        Set<LocalQueue> targets = new HashSet<>();
        for (Binding binding : bindings) {
            // twice bound is still one copy, as in AMQP
            if (binding.pattern().matches(envelope.routingKey()) && targets.add(binding.queue())) {
                binding.queue().add(envelope);
            }
        }
        listeners.forEach(listener -> listener.hear(envelope));
    }

    boolean exists(String queue) {
        return queues.containsKey(queue);
    }

    LocalQueue queue(String name) throws FailureException {
        LocalQueue queue = queues.get(name);
        if (queue == null) {
            throw missing("queue " + name);
        }
        return queue;
    }

    void later(LocalQueue queue, Envelope envelope, Duration delay) {
        timers.add(vertx.setTimer(Math.max(1, delay.toMillis()), timer -> {
            synchronized (this) {
                if (timers.remove(timer)) {
                    queue.add(envelope);
                }
            }
        }));
    }

    void addListener(LocalListener listener) {
        listeners.add(listener);
    }

    void removeListener(LocalListener listener) {
        listeners.remove(listener);
    }

    private static FailureException missing(String what) {
        return new FailureException(
                ErrorCode.BROKER_UNAVAILABLE, what + " is not there", "the topology has to be declared first");
    }
}
