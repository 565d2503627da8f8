package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.NoOpMetricsCollector;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQOptions;
import io.vertx.rabbitmq.impl.RabbitMQClientImpl;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection with one channel, used until it is invalidated and never repaired. Whoever needs a link then opens another. Delivery tags mean
 * something only on the link that they came by.
 *
 * <p>Every link has an event-loop context of its own, so that what blocks on a dead connection holds up nothing else.
 */
final class RabbitLink {
    private static final long POLL_MILLIS = 200;
    private static final long CLOSE_SECONDS = 5;
    private static final int ABORT_MILLIS = 3_000;

    private final Vertx vertx;
    private final RabbitMQClient client;
    private final ConnectionCapture capture;
    private final Context context;
    private final Promise<String> invalidated = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();
    private volatile long poll = -1;
    private volatile @Nullable String blocked;

    /** Keeps the connection that the client hides, to abort it with a time limit. */
    private static final class ConnectionCapture extends NoOpMetricsCollector {
        private volatile @Nullable Connection connection;

        @Override
        public void newConnection(Connection opened) {
            connection = opened;
        }

        /** Blocks for some seconds at most, if the server does not answer; under an alarm it reads nothing any more. */
        void end() {
            Connection last = connection;
            if (last != null) {
                last.abort(ABORT_MILLIS);
            }
        }
    }

    private RabbitLink(Vertx vertx, RabbitMQOptions options) {
        this.vertx = vertx;
        this.capture = new ConnectionCapture();
        this.client = RabbitMQClient.create(vertx, options.setMetricsCollector(capture));
        // not a verticle's: its end would silently cancel every timer that a handler of ours set on it
        this.context = ((VertxInternal) vertx).createEventLoopContext();
    }

    /**
     * Connects.
     *
     * @param role for the connection's name
     */
    static Future<RabbitLink> open(Vertx vertx, RabbitSettings settings, String role) {
        // reads certificates: not on an event loop
        return vertx.executeBlocking(() -> settings.options(role), false)
                .compose(options -> new RabbitLink(vertx, options).start())
                .recover(e -> Future.failedFuture(RabbitFailures.of("connecting to " + settings.where(), e)));
    }

    private Future<RabbitLink> start() {
        Promise<RabbitLink> started = Promise.promise();
        run(
                started,
                () -> client.start()
                        .onSuccess(v -> {
                            connection().addBlockedListener(reason -> blocked = reason, () -> blocked = null);
                            poll = vertx.setPeriodic(POLL_MILLIS, t -> look());
                        })
                        // a connection without a channel would stay
                        .onFailure(e -> abort())
                        .map(this)
                        .onComplete(started));
        return started.future();
    }

    /** The connection itself, for a thread that may block on it; it ends with the link. */
    Connection connection() {
        return Objects.requireNonNull(capture.connection);
    }

    /** Returns why the server reads nothing that is published here, or null. It says so at the first message that it does not read. */
    @Nullable
    String blocked() {
        return blocked;
    }

    private void look() {
        if (!open()) {
            invalidate("the connection is lost");
        }
    }

    /** The client makes a new channel in silence when it finds the old one closed; consumers and confirms stay with the old one. */
    private boolean open() {
        boolean first = !(client instanceof RabbitMQClientImpl impl) || impl.getChannelInstance() == 1;
        return first && client.isConnected() && client.isOpenChannel();
    }

    boolean alive() {
        return !invalidated.future().isComplete();
    }

    /** Calls the handler once, with the reason, when the link is not to be used any more; at once if it is so already. */
    void onInvalidated(Handler<String> handler) {
        invalidated.future().onSuccess(handler);
    }

    /** Throws the link away. What is not acked on it goes back to its queue. */
    void invalidate(String why) {
        if (invalidated.tryComplete(why)) {
            vertx.cancelTimer(poll);
            // what was asked for before still goes out, if it can
            blocking(() -> true).timeout(CLOSE_SECONDS, TimeUnit.SECONDS).onComplete(v -> abort());
        }
    }

    /** On a thread of its own, since all others may hang on this very connection. */
    private void abort() {
        Thread thread = new Thread(
                () -> {
                    capture.end();
                    stopped.tryComplete();
                },
                "rabbitmq-abort");
        thread.setDaemon(true);
        thread.start();
    }

    /** Throws the link away; the future succeeds when the server knows, or does not answer. */
    Future<Void> close() {
        invalidate("it was closed");
        return stopped.future().timeout(CLOSE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /** Calls the client on the link's own context; fails when the link is not to be used any more. */
    <T> Future<T> call(Function<RabbitMQClient, Future<T>> operation) {
        Promise<T> promise = Promise.promise();
        run(promise, () -> {
            if (!alive() || !open()) {
                promise.fail("the connection to RabbitMQ is lost");
                return;
            }
            try {
                operation.apply(client).onComplete(promise);
            } catch (RuntimeException e) {
                // some of the client's methods throw instead of failing
                promise.fail(e);
            }
        });
        return promise.future();
    }

    /** Runs something that blocks, in order with the client's own blocking calls. */
    <T> Future<T> blocking(Callable<T> task) {
        Promise<T> promise = Promise.promise();
        run(promise, () -> vertx.executeBlocking(task).onComplete(promise));
        return promise.future();
    }

    /** Runs something on the link's event loop; fails the promise when Vert.x is closed already. */
    private void run(Promise<?> otherwise, Runnable task) {
        try {
            context.runOnContext(v -> task.run());
        } catch (RejectedExecutionException e) {
            otherwise.tryFail(e);
        }
    }

    /** Runs something on the link's event loop, if there is one any more. */
    void run(Runnable task) {
        run(Promise.promise(), task);
    }
}
