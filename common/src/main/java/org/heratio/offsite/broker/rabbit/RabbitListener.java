package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.rabbitmq.QueueOptions;
import java.util.function.Function;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Subscription;

/** Listens to events through an exclusive queue that ends with its link; each new link has a new one. */
final class RabbitListener implements RabbitRole.Owner, Subscription {
    /** A listener that is slower than the pipeline loses the oldest events, messages. */
    private static final int BACKLOG = 10_000;

    private final String exchange;
    private final String pattern;
    private final Handler<Envelope> handler;
    private final RabbitRole role;
    private volatile boolean silent;

    RabbitListener(
            Vertx vertx,
            RabbitSettings settings,
            Function<RabbitLink, Future<Void>> topology,
            String exchange,
            String pattern,
            Handler<Envelope> handler) {
        this.exchange = exchange;
        this.pattern = pattern;
        this.handler = handler;
        this.role = new RabbitRole(vertx, settings, "listener to " + pattern, topology, this);
    }

    RabbitRole role() {
        return role;
    }

    Future<Subscription> start() {
        return role.start().map(this);
    }

    @Override
    public Future<Void> ready(RabbitLink link) {
        JsonObject arguments = new JsonObject().put("x-max-length", BACKLOG);
        return link.call(client -> client.queueDeclare("", false, true, true, arguments)
                .compose(declared -> client.queueBind(declared.getQueue(), exchange, pattern)
                        .compose(v -> client.basicConsumer(declared.getQueue(), new QueueOptions().setAutoAck(true))))
                .onSuccess(consumer -> {
                    consumer.handler(message -> heard(link, RabbitMessages.envelope(message)));
                    consumer.endHandler(v -> link.invalidate("the server ended the listener"));
                })
                .<Void>mapEmpty());
    }

    private void heard(RabbitLink link, Envelope envelope) {
        if (!silent && link.alive()) {
            handler.handle(envelope);
        }
    }

    @Override
    public void lost(RabbitLink link) {
        // the queue is gone with it
    }

    @Override
    public void pause() {
        silent = true;
    }

    @Override
    public void resume() {
        silent = false;
    }

    @Override
    public Future<Void> cancel() {
        return role.end();
    }
}
