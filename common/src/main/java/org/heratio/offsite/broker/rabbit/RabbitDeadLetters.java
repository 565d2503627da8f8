package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.rabbitmq.RabbitMQMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.heratio.offsite.broker.Envelope;

/** Looks through a dead queue by taking letter after letter and acking none but those that are to go; the end of the link gives the others back. */
final class RabbitDeadLetters {
    private final RabbitLink link;
    private final String queue;

    RabbitDeadLetters(RabbitLink link, String queue) {
        this.link = link;
        this.queue = queue;
    }

    Future<List<Envelope>> first(int limit) {
        List<Envelope> found = new ArrayList<>();
        if (limit <= 0) {
            return Future.succeededFuture(found);
        }
        Promise<Void> end = Promise.promise();
        each(end, message -> {
            found.add(RabbitMessages.letter(message, workQueue()));
            return Future.succeededFuture(found.size() < limit);
        });
        return end.future().map(v -> found);
    }

    Future<Void> visit(Function<Envelope, Future<Boolean>> visitor) {
        Promise<Void> end = Promise.promise();
        each(
                end,
                message -> visitor.apply(RabbitMessages.letter(message, workQueue()))
                        .compose(done -> done ? remove(message) : Future.succeededFuture())
                        .map(true));
        return end.future();
    }

    private String workQueue() {
        return queue.replaceFirst("\\.dead$", "");
    }

    private Future<Void> remove(RabbitMQMessage message) {
        long tag = message.envelope().getDeliveryTag();
        return link.call(client -> client.basicAck(tag, false));
    }

    /** Takes letters until there is none or the visitor has enough. A chain of futures would grow with the queue. */
    private void each(Promise<Void> end, Function<RabbitMQMessage, Future<Boolean>> goOn) {
        link.<RabbitMQMessage>call(client -> client.basicGet(queue, false))
                .compose(message -> message == null ? Future.succeededFuture(false) : goOn.apply(message))
                .onFailure(end::fail)
                .onSuccess(more -> {
                    if (more) {
                        each(end, goOn);
                    } else {
                        end.complete();
                    }
                });
    }
}
