package org.heratio.offsite.broker.local;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.Map;
import java.util.TreeMap;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Subscription;

/** A consumer of one queue, with what it was given and has not acked. Its state is guarded by the server's lock. */
final class LocalConsumer implements Subscription {
    private final Object lock;
    private final LocalQueue queue;
    private final int prefetch;
    private final Context context;
    private final Handler<Delivery> handler;
    private final Map<Long, Envelope> unacked = new TreeMap<>();
    private boolean paused;
    private boolean cancelled;

    LocalConsumer(Object lock, LocalQueue queue, int prefetch, Context context, Handler<Delivery> handler) {
        this.lock = lock;
        this.queue = queue;
        this.prefetch = prefetch;
        this.context = context;
        this.handler = handler;
    }

    boolean ready() {
        return !paused && !cancelled && unacked.size() < prefetch;
    }

    void take(long number, Envelope envelope) {
        unacked.put(number, envelope);
        context.runOnContext(v -> deliver(number, envelope));
    }

    private void deliver(long number, Envelope envelope) {
        synchronized (lock) {
            if (!unacked.containsKey(number)) {
                return;
            }
            if (paused || cancelled) {
                // came between hand-out and event loop: the handler has not seen it, so it never was delivered
                unacked.remove(number);
                queue.giveBack(number, envelope);
                return;
            }
        }
        handler.handle(new LocalDelivery(number, envelope));
    }

    @Override
    public void pause() {
        synchronized (lock) {
            paused = true;
        }
    }

    @Override
    public void resume() {
        synchronized (lock) {
            paused = false;
            queue.pump();
        }
    }

    @Override
    public Future<Void> cancel() {
        synchronized (lock) {
            cancelled = true;
            queue.removeConsumer(this);
        }
        return Future.succeededFuture();
    }

    /** Ends the consumer and gives back what it has. The lock is held. */
    void close() {
        cancelled = true;
        queue.removeConsumer(this);
        Map<Long, Envelope> back = new TreeMap<>(unacked);
        unacked.clear();
        back.forEach(queue::giveBack);
    }

    /** Returns whether it is cancelled and holds no unacked message. The caller holds the lock. */
    boolean spent() {
        return cancelled && unacked.isEmpty();
    }

    private final class LocalDelivery implements Delivery {
        private final long number;
        private final Envelope envelope;

        LocalDelivery(long number, Envelope envelope) {
            this.number = number;
            this.envelope = envelope;
        }

        @Override
        public Envelope envelope() {
            return envelope;
        }

        @Override
        public Future<Void> ack() {
            synchronized (lock) {
                if (unacked.remove(number) != null) {
                    queue.pump();
                }
            }
            return Future.succeededFuture();
        }
    }
}
