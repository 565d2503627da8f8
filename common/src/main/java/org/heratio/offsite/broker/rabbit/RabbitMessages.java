package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BasicProperties;
import com.rabbitmq.client.LongString;
import io.vertx.rabbitmq.RabbitMQMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.heratio.offsite.broker.Envelope;

/** Envelopes as AMQP messages and back. What others publish is read as far as it goes: the codec refuses it later. */
final class RabbitMessages {
    private static final String VERSION = "x-offsite-version";
    private static final String ROUTING_KEY = "x-offsite-routing-key";
    private static final int PERSISTENT = 2;

    private RabbitMessages() {}

    static AMQP.BasicProperties properties(Envelope envelope) {
        Map<String, Object> headers = new HashMap<>(envelope.headers());
        headers.put(VERSION, envelope.version());
        // delays and dead letters travel under the name of their queue
        headers.put(ROUTING_KEY, envelope.routingKey());
        return new AMQP.BasicProperties.Builder()
                .messageId(envelope.id())
                .type(envelope.type())
                .contentType("application/json")
                .deliveryMode(PERSISTENT)
                .headers(headers)
                .build();
    }

    static Envelope envelope(RabbitMQMessage message) {
        BasicProperties properties = message.properties();
        Map<String, Object> all = properties.getHeaders() == null ? Map.of() : properties.getHeaders();
        Map<String, String> headers = new HashMap<>();
        all.forEach((name, value) -> {
            // lists and tables, such as x-death, are RabbitMQ's own story
            if (value instanceof LongString || value instanceof String || value instanceof Number) {
                headers.put(name, value.toString());
            }
        });
        headers.remove(VERSION);
        String routingKey = headers.remove(ROUTING_KEY);
        return new Envelope(
                properties.getMessageId() == null ? UUID.randomUUID().toString() : properties.getMessageId(),
                properties.getType() == null ? "" : properties.getType(),
                all.get(VERSION) instanceof Number version ? version.intValue() : 0,
                routingKey == null ? message.envelope().getRoutingKey() : routingKey,
                headers,
                message.body().getBytes());
    }
}
