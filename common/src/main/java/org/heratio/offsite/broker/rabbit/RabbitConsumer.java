package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.rabbitmq.QueueOptions;
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

    /** Came on the present link and was not handed on yet; never more than the prefetch. */
    private final Deque<RabbitDelivery> buffer = new ArrayDeque<>();

    /** Handed on and not acked, on whatever link: a lost link must not let a stage work on more than it wants to. */
    private int outstanding;

    private @Nullable RabbitLink link;
    private @Nullable RabbitMQConsumer consumer;

    /** Counts beginnings: pausing and resuming fast must not leave two consumers behind. */
    private int turn;

    /** Whether the present link was asked to consume. */
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
                .compose(v -> client.basicConsumer(queue, new QueueOptions().setAutoAck(false)))
                // here and not later, or messages are dropped
                .onSuccess(begun -> begun(on, begun, mine))
                .<Void>mapEmpty());
    }

    private void begun(RabbitLink on, RabbitMQConsumer begun, int mine) {
        begun.handler(message -> arrived(on, message));
        begun.endHandler(v -> ended(on, begun));
        synchronized (this) {
            if (!paused && !cancelled && mine == turn) {
                consumer = begun;
                return;
            }
        }
        on.blocking(begun::cancel);
    }

    /** The server ended the consumer, because the queue was deleted or moved, unless it was us. */
    private void ended(RabbitLink on, RabbitMQConsumer which) {
        synchronized (this) {
            if (consumer != which) {
                return;
            }
        }
        on.doubt("the server ended the consumer of " + queue);
    }

    private void arrived(RabbitLink on, RabbitMQMessage message) {
        RabbitDelivery delivery = new RabbitDelivery(on, message);
        synchronized (this) {
            if (link != on) {
                return;
            }
            if (!paused && !cancelled) {
                buffer.add(delivery);
                delivery = null;
            }
        }
        if (delivery != null) {
            delivery.giveBack();
        }
        handOn();
    }

    /** Hands on what may be handed on; on the link's event loop. */
    private void handOn() {
        List<RabbitDelivery> now = new ArrayList<>();
        synchronized (this) {
            while (outstanding < prefetch && !buffer.isEmpty()) {
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
        beginIfIdle();
    }

    private void beginIfIdle() {
        RabbitLink on;
        int mine;
        synchronized (this) {
            on = link;
            mine = nextTurn();
        }
        if (on != null && mine != NOT_NOW) {
            begin(on, mine).onFailure(e -> on.doubt("consuming " + queue + " cannot begin: " + e.getMessage()));
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
        List<RabbitDelivery> back;
        RabbitMQConsumer leaving;
        RabbitLink on;
        synchronized (this) {
            back = List.copyOf(buffer);
            buffer.clear();
            leaving = consumer;
            consumer = null;
            consuming = false;
            on = link;
        }
        back.forEach(RabbitDelivery::giveBack);
        if (on == null || leaving == null) {
            return Future.succeededFuture();
        }
        return on.blocking(() -> {
                    leaving.cancel();
                    return null;
                })
                .mapEmpty()
                .<Void>mapEmpty()
                // a link that cannot even cancel gives everything back by its end
                .onFailure(e -> on.doubt("consuming " + queue + " cannot be ended: " + e.getMessage()))
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
        RabbitLink current;
        synchronized (this) {
            outstanding--;
            current = link;
        }
        if (current != null) {
            current.run(this::handOn);
            beginIfIdle();
        }
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
