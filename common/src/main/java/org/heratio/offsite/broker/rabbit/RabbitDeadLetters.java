package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.rabbitmq.RabbitMQMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.heratio.offsite.broker.Envelope;
import org.jspecify.annotations.Nullable;

/** Looks through a dead queue by taking letter after letter and acking none but the one that is to go; the end of the link gives the others back. */
final class RabbitDeadLetters {
    private final RabbitLink link;
    private final String queue;

    RabbitDeadLetters(RabbitLink link, String queue) {
        this.link = link;
        this.queue = queue;
    }

    Future<List<Envelope>> first(int limit) {
        List<Envelope> found = new ArrayList<>();
        Promise<Void> end = Promise.promise();
        if (limit > 0) {
            each(end, message -> {
                found.add(RabbitMessages.envelope(message));
                return found.size() < limit;
            });
        } else {
            end.complete();
        }
        return end.future().map(v -> found);
    }

    Future<Boolean> remove(String id) {
        AtomicReference<@Nullable RabbitMQMessage> wanted = new AtomicReference<>();
        Promise<Void> end = Promise.promise();
        each(end, message -> {
            boolean found = id.equals(RabbitMessages.envelope(message).id());
            if (found) {
                wanted.set(message);
            }
            return !found;
        });
        return end.future().compose(v -> {
            RabbitMQMessage message = wanted.get();
            if (message == null) {
                return Future.succeededFuture(false);
            }
            long tag = message.envelope().getDeliveryTag();
            return link.<Void>call(client -> client.basicAck(tag, false)).map(acked -> true);
        });
    }

    /** Takes letters until there is none or the visitor has enough. A chain of futures would grow with the queue. */
    private void each(Promise<Void> end, Predicate<RabbitMQMessage> visitor) {
        link.<RabbitMQMessage>call(client -> client.basicGet(queue, false))
                .onFailure(end::fail)
                .onSuccess(message -> {
                    if (message != null && visitor.test(message)) {
                        each(end, visitor);
                    } else {
                        end.complete();
                    }
                });
    }
}
