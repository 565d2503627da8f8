package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.rabbitmq.RabbitMQConfirmation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes with confirms. What was under way when a link came in doubt is published again on the next one, so a message may arrive
 * twice; what is not confirmed in time fails, and its sender has to decide. A server that is short of memory or disk space reads nothing: its
 * link is kept, and goes on by itself. Its state is guarded by its own lock.
 */
final class RabbitPublisher implements RabbitRole.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitPublisher.class);

    private static final int MAX_UNCONFIRMED = 500;
    private static final int MAX_WAITING = 10_000;
    private static final long CONFIRM_NANOS = 10_000_000_000L;
    /** Sooner than a stage stops waiting ({@code BrokerPublisher}), so that the reason is told. */
    private static final long GIVE_UP_NANOS = 25_000_000_000L;

    private static final long LOOK_MILLIS = 500;

    /** Full queues refuse for hours; a new link for each refusal would be one after the other. */
    private static final long REFUSED_LINK_NANOS = 10_000_000_000L;

    private final Vertx vertx;
    private final RabbitRole role;
    private final long look;
    private final Deque<RabbitPublication> waiting = new ArrayDeque<>();

    /** Sent on the present link and not confirmed; in order of sending. */
    private final Set<RabbitPublication> sent = new LinkedHashSet<>();

    private final NavigableMap<Long, RabbitPublication> byTag = new TreeMap<>();
    private @Nullable RabbitLink link;

    /** When the present link was ready, nanoseconds. */
    private long linkSince;

    /** True once the server refused a message on the present link. */
    private boolean refused;

    /** Why the server takes no messages, since that was logged; null otherwise. */
    private @Nullable String blocked;

    private boolean closed;

    RabbitPublisher(Vertx vertx, RabbitSettings settings, Function<RabbitLink, Future<Void>> topology) {
        this.vertx = vertx;
        this.role = new RabbitRole(vertx, settings, "publisher", topology, this);
        this.look = vertx.setPeriodic(LOOK_MILLIS, t -> look());
    }

    RabbitRole role() {
        return role;
    }

    Future<Void> start() {
        return role.start();
    }

    Future<Void> publish(String exchange, String routingKey, Envelope envelope) {
        RabbitPublication publication = new RabbitPublication(exchange, routingKey, envelope);
        synchronized (this) {
            if (closed) {
                return Future.failedFuture(RabbitBroker.closed());
            }
            if (waiting.size() >= MAX_WAITING) {
                return Future.failedFuture(unconfirmed("there are too many messages that it has not taken yet"));
            }
            waiting.add(publication);
        }
        pump();
        return publication.promise.future();
    }

    @Override
    public Future<Void> ready(RabbitLink opened) {
        return opened.call(client -> client.addConfirmListener(Integer.MAX_VALUE)
                        .onSuccess(confirms -> confirms.handler(confirm -> confirmed(opened, confirm)))
                        .mapEmpty())
                .<Void>mapEmpty()
                .onSuccess(v -> {
                    synchronized (this) {
                        link = opened;
                        linkSince = System.nanoTime();
                        refused = false;
                    }
                    pump();
                });
    }

    @Override
    public synchronized void lost(RabbitLink old) {
        if (link == old) {
            link = null;
            List<RabbitPublication> again = new ArrayList<>(sent);
            sent.clear();
            byTag.clear();
            for (int i = again.size() - 1; i >= 0; i--) {
                waiting.addFirst(again.get(i));
            }
        }
    }

    private synchronized void pump() {
        RabbitLink current = link;
        while (current != null && current.blocked() == null && !waiting.isEmpty() && sent.size() < MAX_UNCONFIRMED) {
            RabbitPublication publication = waiting.poll();
            publication.sentAt = System.nanoTime();
            sent.add(publication);
            current.call(client -> client.basicPublishWithDeliveryTag(
                            publication.exchange,
                            publication.routingKey,
                            RabbitMessages.properties(publication.envelope),
                            Buffer.buffer(publication.envelope.body()),
                            tag -> tagged(current, tag, publication)))
                    .onFailure(e -> notSent(current, publication, e));
        }
    }

    /** The link has to go in any case: a tag may have been counted for a message that never went out. */
    private void notSent(RabbitLink on, RabbitPublication publication, Throwable e) {
        if (e instanceof IllegalArgumentException) {
            // it fits into no frame, and never will: on the next link it would only stand in the way of all others
            synchronized (this) {
                sent.remove(publication);
            }
            publication.promise.tryFail(new FailureException(
                    ErrorCode.MESSAGE_MALFORMED, "RabbitMQ cannot carry a message: " + e.getMessage(), null, e));
        }
        on.invalidate("a message cannot be sent: " + e.getMessage());
    }

    /** Called before the message goes out. */
    private synchronized void tagged(RabbitLink on, long tag, RabbitPublication publication) {
        if (link == on) {
            byTag.put(tag, publication);
        }
    }

    private void confirmed(RabbitLink on, RabbitMQConfirmation confirm) {
        List<RabbitPublication> settled = new ArrayList<>();
        synchronized (this) {
            if (link != on) {
                return;
            }
            NavigableMap<Long, RabbitPublication> tags = confirm.isMultiple()
                    ? byTag.headMap(confirm.getDeliveryTag(), true)
                    : byTag.subMap(confirm.getDeliveryTag(), true, confirm.getDeliveryTag(), true);
            settled.addAll(tags.values());
            tags.clear();
            settled.forEach(sent::remove);
            refused |= !confirm.isSucceeded();
        }
        for (RabbitPublication publication : settled) {
            if (confirm.isSucceeded()) {
                publication.promise.tryComplete();
            } else {
                publication.promise.tryFail(unconfirmed("it refused the message"));
            }
        }
        pump();
    }

    /**
     * A confirm that is late puts the link in doubt, unless the server said that it reads nothing. So does a refusal: the server remembers for
     * each channel that a queue is full, and goes on to refuse when that is over already. A publication that is too old fails.
     */
    private void look() {
        long now = System.nanoTime();
        RabbitLink late = null;
        RabbitLink refusing = null;
        String why;
        List<RabbitPublication> old = new ArrayList<>();
        synchronized (this) {
            why = link == null ? null : link.blocked();
            Iterator<RabbitPublication> oldest = sent.iterator();
            if (why == null && blocked != null && link != null) {
                blocked = null;
                LOG.info("RabbitMQ takes messages again");
            }
            if (why != null) {
                block(why, now, old);
            } else if (oldest.hasNext() && now - oldest.next().sentAt > CONFIRM_NANOS) {
                late = link;
            } else if (refused && now - linkSince > REFUSED_LINK_NANOS) {
                refusing = link;
            }
            waiting.removeIf(publication -> now - publication.since > GIVE_UP_NANOS && old.add(publication));
        }
        if (late != null) {
            late.invalidate("a confirm is late");
        }
        if (refusing != null) {
            refusing.invalidate("it refused a message");
        }
        FailureException failure =
                why == null ? unconfirmed("it did not take the message in time") : RabbitFailures.blocked(why);
        old.forEach(publication -> publication.promise.tryFail(failure));
        pump();
    }

    /** Keeps what was sent on the link. Its time for a confirm begins when the server reads again. */
    private void block(String why, long now, List<RabbitPublication> old) {
        if (blocked == null) {
            LOG.warn("RabbitMQ takes no messages at present: {}", why);
        }
        blocked = why;
        sent.forEach(publication -> publication.sentAt = now);
        sent.removeIf(publication -> now - publication.since > GIVE_UP_NANOS && old.add(publication));
        byTag.values().retainAll(sent);
    }

    Future<Void> close() {
        List<RabbitPublication> left = new ArrayList<>();
        synchronized (this) {
            closed = true;
            link = null;
            left.addAll(sent);
            left.addAll(waiting);
            sent.clear();
            waiting.clear();
            byTag.clear();
        }
        vertx.cancelTimer(look);
        left.forEach(publication -> publication.promise.tryFail(RabbitBroker.closed()));
        return role.end();
    }

    private static FailureException unconfirmed(String why) {
        return new FailureException(
                ErrorCode.BROKER_UNAVAILABLE, "RabbitMQ: " + why, "look whether the server runs and has room");
    }
}
