package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;
import org.heratio.offsite.failure.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a publisher or consumer connected: opens a link, and another one, after growing pauses, whenever that comes in doubt. */
final class RabbitRole {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitRole.class);
    /** The pauses between attempts to connect. */
    static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

    /** The user of a role's links. Called on a link's event loop. */
    interface Owner {
        /** Begins to use a link. A failure throws the link away. */
        Future<Void> ready(RabbitLink link);

        /** Uses the link no more. */
        void lost(RabbitLink link);
    }

    private final Vertx vertx;
    private final RabbitSettings settings;
    private final String name;
    private final Function<RabbitLink, Future<Void>> topology;
    private final Owner owner;
    private @Nullable RabbitLink link;
    private boolean ended;

    /**
     * @param topology declares it again on a later link: a server that came back may have lost it
     */
    RabbitRole(
            Vertx vertx,
            RabbitSettings settings,
            String name,
            Function<RabbitLink, Future<Void>> topology,
            Owner owner) {
        this.vertx = vertx;
        this.settings = settings;
        this.name = name;
        this.topology = topology;
        this.owner = owner;
    }

    /** Connects for the first time. When that fails the role is over. */
    Future<Void> start() {
        return connect(ignored -> Future.succeededFuture()).onFailure(e -> end());
    }

    private Future<Void> connect(Function<RabbitLink, Future<Void>> before) {
        return RabbitLink.open(vertx, settings, name).compose(opened -> {
            synchronized (this) {
                if (ended) {
                    return opened.close().compose(v -> Future.failedFuture(RabbitBroker.closed()));
                }
                link = opened;
            }
            return before.apply(opened)
                    .compose(v -> owner.ready(opened))
                    .onSuccess(v -> opened.onInvalidated(why -> lost(opened, why)))
                    .recover(e -> opened.close().compose(v -> Future.failedFuture(RabbitFailures.of(name, e))));
        });
    }

    private void lost(RabbitLink old, String why) {
        owner.lost(old);
        if (ended()) {
            return;
        }
        LOG.warn("{} is cut off from RabbitMQ at {}: {}", name, settings.where(), why);
        again(BACKOFF.first(), "");
    }

    private void again(Duration pause, String saidBefore) {
        vertx.setTimer(pause.toMillis(), t -> {
            if (ended()) {
                return;
            }
            connect(topology)
                    .onSuccess(v -> LOG.info("{} is connected to RabbitMQ again", name))
                    .onFailure(e -> {
                        String text = String.valueOf(e.getMessage());
                        if (!text.equals(saidBefore)) {
                            LOG.warn("{} waits for RabbitMQ: {}", name, text);
                        }
                        again(BACKOFF.after(pause), text);
                    });
        });
    }

    synchronized boolean ended() {
        return ended;
    }

    /** Disconnects for good. Idempotent. */
    Future<Void> end() {
        RabbitLink last;
        synchronized (this) {
            ended = true;
            last = link;
        }
        return last == null ? Future.succeededFuture() : last.close();
    }
}
