package org.heratio.offsite.broker.local;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Subscription;

/** Hears events as they are published; what comes while it is paused is lost. Its state is guarded by the server's lock. */
final class LocalListener implements Subscription {
    private final LocalServer server;
    private final TopicPattern pattern;
    private final Context context;
    private final Handler<Envelope> handler;
    private boolean paused;
    private boolean cancelled;

    LocalListener(LocalServer server, TopicPattern pattern, Context context, Handler<Envelope> handler) {
        this.server = server;
        this.pattern = pattern;
        this.context = context;
        this.handler = handler;
    }

    /** The lock is held. */
    void hear(Envelope envelope) {
        if (!paused && pattern.matches(envelope.routingKey())) {
            context.runOnContext(v -> deliver(envelope));
        }
    }

    private void deliver(Envelope envelope) {
        synchronized (server) {
            if (cancelled) {
                return;
            }
        }
        handler.handle(envelope);
    }

    /** The lock is held. */
    boolean ended() {
        return cancelled;
    }

    @Override
    public void pause() {
        synchronized (server) {
            paused = true;
        }
    }

    @Override
    public void resume() {
        synchronized (server) {
            paused = false;
        }
    }

    @Override
    public Future<Void> cancel() {
        synchronized (server) {
            cancelled = true;
            server.removeListener(this);
        }
        return Future.succeededFuture();
    }
}
