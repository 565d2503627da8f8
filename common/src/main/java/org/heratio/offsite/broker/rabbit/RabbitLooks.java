package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.AMQP;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.QueueState;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at queues, one after the other, over one link. It is kept while looks follow each other, and thrown away after one that fails or
 * is not answered. Thread-safe.
 */
final class RabbitLooks {
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Vertx vertx;
    private final RabbitSettings settings;
    private @Nullable Future<RabbitLink> link;
    private long usedAt;

    RabbitLooks(Vertx vertx, RabbitSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /** @param queues by name, with the declaration of a work queue: its answer has the consumers, too */
    Future<Map<String, QueueState>> look(Map<String, Optional<RabbitTopology.Declaration>> queues) {
        Future<RabbitLink> used = link();
        return used.compose(open -> look(open, queues))
                .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(e -> drop(used))
                .recover(e -> Future.failedFuture(RabbitFailures.of("looking at the queues", e)));
    }

    private static Future<Map<String, QueueState>> look(
            RabbitLink link, Map<String, Optional<RabbitTopology.Declaration>> queues) {
        Future<Map<String, QueueState>> asked = Future.succeededFuture(new HashMap<>());
        for (Map.Entry<String, Optional<RabbitTopology.Declaration>> queue : queues.entrySet()) {
            asked = asked.compose(states -> look(link, queue.getKey(), queue.getValue())
                    .map(state -> {
                        states.put(queue.getKey(), state);
                        return states;
                    }));
        }
        return asked;
    }

    private static Future<QueueState> look(
            RabbitLink link, String queue, Optional<RabbitTopology.Declaration> declaration) {
        return declaration
                .map(known -> link.<AMQP.Queue.DeclareOk>call(known::declare)
                        .map(answer -> new QueueState(answer.getMessageCount(), answer.getConsumerCount())))
                .orElseGet(() ->
                        link.call(client -> client.messageCount(queue)).map(messages -> new QueueState(messages, 0)));
    }

    private synchronized Future<RabbitLink> link() {
        Future<RabbitLink> open = link;
        usedAt = System.nanoTime();
        if (open != null
                && !open.failed()
                && (!open.isComplete() || open.result().alive())) {
            return open;
        }
        Future<RabbitLink> opened = RabbitLink.open(vertx, settings, "looks");
        link = opened;
        closeUnused(opened);
        return opened;
    }

    private void closeUnused(Future<RabbitLink> opened) {
        vertx.setTimer(KEPT.toMillis(), t -> {
            if (isUnused()) {
                drop(opened);
            } else if (isCurrent(opened)) {
                closeUnused(opened);
            }
        });
    }

    private synchronized boolean isUnused() {
        return System.nanoTime() - usedAt >= KEPT.toNanos();
    }

    private synchronized boolean isCurrent(Future<RabbitLink> opened) {
        return link == opened;
    }

    private void drop(Future<RabbitLink> opened) {
        synchronized (this) {
            if (link == opened) {
                link = null;
            }
        }
        opened.onSuccess(RabbitLink::close);
    }

    /** Ends the link, if there is one. */
    Future<Void> close() {
        Future<RabbitLink> last;
        synchronized (this) {
            last = link;
            link = null;
        }
        return last == null
                ? Future.succeededFuture()
                : last.compose(RabbitLink::close).otherwiseEmpty();
    }

    /** Returns the queues with their declarations, in order. */
    static Map<String, Optional<RabbitTopology.Declaration>> declared(RabbitTopology names, Collection<String> queues)
            throws FailureException {
        Map<String, Optional<RabbitTopology.Declaration>> declared = new LinkedHashMap<>();
        for (String queue : queues) {
            declared.put(
                    names.known(queue), names.isWork(queue) ? Optional.of(names.declaration(queue)) : Optional.empty());
        }
        return declared;
    }
}
