package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.rabbitmq.QueueOptions;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQConsumer;
import io.vertx.rabbitmq.RabbitMQMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes a work queue on a link of its own. A paused consumer leaves the queue to the others: it is cancelled at the server, gives
 * back what it has not handed on, and keeps the link for the acks that are to come. Its state is guarded by its own lock.
 */
final class RabbitConsumer implements RabbitRole.Owner, Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitConsumer.class);

    private static final int NOT_NOW = 0;

    private final String queue;
    private final int prefetch;
    private final Handler<Delivery> handler;
    private final RabbitRole role;

    /** Came on the present link and was not handed on yet; no more than the prefetch of each consumer that still is there. */
    private final Deque<RabbitDelivery> buffer = new ArrayDeque<>();

    /** Handed on and not acked, on whatever link: a lost link must not let a stage work on more than it wants to. */
    private int outstanding;

    private @Nullable RabbitLink link;
    private @Nullable RabbitMQConsumer consumer;

    /** How many the server has of us on the present link: those that were left stay until it has heard of it. */
    private int there;

    /** Counts beginnings: pausing and resuming fast must not leave two consumers behind. */
    private int turn;

    /** True once the present link was asked to consume. */
    private boolean consuming;

    private boolean paused;
    private boolean cancelled;

    RabbitConsumer(
            Vertx vertx,
            RabbitSettings settings,
            Function<RabbitLink, Future<Void>> topology,
            String queue,
            int prefetch,
            Handler<Delivery> handler) {
        this.queue = queue;
        this.prefetch = prefetch;
        this.handler = handler;
        this.role = new RabbitRole(vertx, settings, "consumer of " + queue, topology, this);
    }

    RabbitRole role() {
        return role;
    }

    Future<Subscription> start() {
        return role.start().map(this);
    }

    @Override
    public Future<Void> ready(RabbitLink opened) {
        int mine;
        synchronized (this) {
            link = opened;
            consumer = null;
            consuming = false;
            there = 0;
            buffer.clear();
            // with its hands full it would only hold messages until the server's patience ends, and lose this link as
            // well
            mine = outstanding >= prefetch ? NOT_NOW : nextTurn();
        }
        return mine == NOT_NOW ? Future.succeededFuture() : begin(opened, mine);
    }

    /** Decides to begin, in one step: a pause that comes after it must find that it has begun. */
    private synchronized int nextTurn() {
        if (link == null || consuming || paused || cancelled) {
            return NOT_NOW;
        }
        consuming = true;
        return ++turn;
    }

    private Future<Void> begin(RabbitLink on, int mine) {
        return on.call(client -> client.basicQos(prefetch)
                .compose(v -> wanted(mine) ? consume(on, client, mine) : Future.succeededFuture()));
    }

    private Future<Void> consume(RabbitLink on, RabbitMQClient client, int mine) {
        return client.basicConsumer(queue, new QueueOptions().setAutoAck(false))
                // here and not later, or messages are dropped
                .onSuccess(begun -> begun(on, begun, mine))
                .mapEmpty();
    }

    /** Each consumer that begins in vain uses up one of the deliveries that a message has. */
    private synchronized boolean wanted(int mine) {
        return !paused && !cancelled && mine == turn;
    }

    private void begun(RabbitLink on, RabbitMQConsumer begun, int mine) {
        begun.handler(message -> arrived(on, message));
        begun.endHandler(v -> ended(on, begun));
        synchronized (this) {
            if (link == on) {
                there++;
            }
            if (wanted(mine)) {
                consumer = begun;
                return;
            }
        }
        leave(on, begun);
    }

    /** The server ended the consumer, because the queue was deleted or moved, unless it was us. */
    private void ended(RabbitLink on, RabbitMQConsumer which) {
        synchronized (this) {
            if (consumer != which) {
                return;
            }
        }
        on.invalidate("the server ended the consumer of " + queue);
    }

    /**
     * What comes while the server has not heard yet that we left is kept until it has: given back at once it would come again at once,
     * and again, until the queue gives it up as delivered too often.
     */
    private void arrived(RabbitLink on, RabbitMQMessage message) {
        synchronized (this) {
            if (link != on) {
                return;
            }
            buffer.add(new RabbitDelivery(on, message));
        }
        giveBackIfAway();
        handOn();
    }

    /** Gives back what was not handed on, when nobody of us is at the queue any more. */
    private void giveBackIfAway() {
        List<RabbitDelivery> back;
        synchronized (this) {
            if (there > 0 || !(paused || cancelled)) {
                return;
            }
            back = List.copyOf(buffer);
            buffer.clear();
        }
        back.forEach(RabbitDelivery::giveBack);
    }

    /** Hands on what may be handed on; on the link's event loop. */
    private void handOn() {
        List<RabbitDelivery> now = new ArrayList<>();
        synchronized (this) {
            while (!paused && !cancelled && outstanding < prefetch && !buffer.isEmpty()) {
                now.add(buffer.poll());
                outstanding++;
            }
        }
        for (RabbitDelivery delivery : now) {
            try {
                handler.handle(delivery);
            } catch (RuntimeException e) {
                // not acked, it comes back with the next link; the client would drop the exception in silence
                LOG.error(
                        "a consumer of {} failed on message {}",
                        queue,
                        delivery.envelope().id(),
                        e);
            }
        }
    }

    @Override
    public synchronized void lost(RabbitLink old) {
        if (link == old) {
            link = null;
            consumer = null;
            there = 0;
            buffer.clear();
        }
    }

    @Override
    public void pause() {
        synchronized (this) {
            if (paused || cancelled) {
                return;
            }
            paused = true;
        }
        leaveQueue();
    }

    @Override
    public void resume() {
        synchronized (this) {
            if (!paused || cancelled) {
                return;
            }
            paused = false;
        }
        handOnLater();
        beginIfIdle();
    }

    private void handOnLater() {
        RabbitLink current;
        synchronized (this) {
            current = link;
        }
        if (current != null) {
            current.run(this::handOn);
        }
    }

    private void beginIfIdle() {
        RabbitLink on;
        int mine;
        synchronized (this) {
            on = link;
            mine = nextTurn();
        }
        if (on != null && mine != NOT_NOW) {
            begin(on, mine).onFailure(e -> on.invalidate("consuming " + queue + " cannot begin: " + e.getMessage()));
        }
    }

    @Override
    public Future<Void> cancel() {
        synchronized (this) {
            cancelled = true;
        }
        return leaveQueue().onComplete(v -> endWhenDone());
    }

    private Future<Void> leaveQueue() {
        RabbitMQConsumer leaving;
        RabbitLink on;
        synchronized (this) {
            leaving = consumer;
            consumer = null;
            consuming = false;
            on = link;
        }
        if (on == null || leaving == null) {
            giveBackIfAway();
            return Future.succeededFuture();
        }
        return leave(on, leaving);
    }

    /** Tells the server that this consumer leaves, and gives back what came until it knew. Never fails. */
    private Future<Void> leave(RabbitLink on, RabbitMQConsumer leaving) {
        // it fails also when the client does not know yet that it began, and has no tag for it
        return on.blocking(leaving::cancel)
                .compose(left -> left)
                .onSuccess(v -> {
                    synchronized (this) {
                        if (link == on) {
                            there--;
                        }
                    }
                    giveBackIfAway();
                })
                // a link that cannot even cancel gives everything back by its end
                .onFailure(e -> on.invalidate("consuming " + queue + " cannot be ended: " + e.getMessage()))
                .otherwiseEmpty();
    }

    private void endWhenDone() {
        synchronized (this) {
            if (!cancelled || outstanding > 0) {
                return;
            }
        }
        role.end();
    }

    private void finished() {
        synchronized (this) {
            outstanding--;
        }
        handOnLater();
        beginIfIdle();
        endWhenDone();
    }

    private final class RabbitDelivery implements Delivery {
        private final RabbitLink on;
        private final long tag;
        private final Envelope envelope;
        private boolean acked;

        RabbitDelivery(RabbitLink on, RabbitMQMessage message) {
            this.on = on;
            this.tag = message.envelope().getDeliveryTag();
            this.envelope = RabbitMessages.envelope(message);
        }

        @Override
        public Envelope envelope() {
            return envelope;
        }

        @Override
        public Future<Void> ack() {
            synchronized (this) {
                if (acked) {
                    return Future.succeededFuture();
                }
                acked = true;
            }
            // on a lost link the message is on its way back, and the tag may mean another one elsewhere
            return on.<Void>call(client -> client.basicAck(tag, false))
                    .otherwiseEmpty()
                    .onComplete(v -> finished());
        }

        /** Not a retry: the message was never looked at. */
        void giveBack() {
            on.<Void>call(client -> client.basicNack(tag, false, true));
        }
    }
}
