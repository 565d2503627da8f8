package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BasicProperties;
import com.rabbitmq.client.LongString;
import io.vertx.rabbitmq.RabbitMQMessage;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.heratio.offsite.broker.BrokerDeadLetter;
import org.heratio.offsite.broker.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes as AMQP messages and back. What others publish is read as far as it goes, and cut to what can be published again: the codec
 * refuses it later, and then it has to fit into a dead queue.
 */
final class RabbitMessages {
    private static final String VERSION = "x-offsite-version";
    private static final String ROUTING_KEY = "x-offsite-routing-key";
    private static final String DEATHS = "x-death";
    private static final int PERSISTENT = 2;

    /** AMQP's short strings hold 255 bytes. */
    private static final int SHORT = 250;

    private static final Pattern OURS = Pattern.compile("x-offsite-[a-z-]{1,40}");

    /** A connection's frame holds 128 KiB by default, and all headers have to fit into one; UTF-8 has up to 3 bytes for a char. */
    private static final int MAX_HEADERS = 30_000;

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
        byte[] body = message.body().getBytes();
        String routingKey = text(all.get(ROUTING_KEY));
        return new Envelope(
                properties.getMessageId() == null ? idOf(body) : safe(properties.getMessageId()),
                properties.getType() == null ? "" : safe(properties.getType()),
                all.get(VERSION) instanceof Number version ? version.intValue() : 0,
                safe(routingKey == null ? message.envelope().getRoutingKey() : routingKey),
                headers(all),
                body);
    }

    /**
     * A dead letter, with the server's own reason where it was the server that took it out of its work queue.
     *
     * @param workQueue the queue that it was for: delays have put it aside before, as they should
     */
    static Envelope letter(RabbitMQMessage message, String workQueue) {
        Envelope letter = envelope(message);
        Map<String, Object> all = message.properties().getHeaders();
        if (all == null || !(all.get(DEATHS) instanceof List<?> deaths)) {
            return letter;
        }
        for (Object death : deaths) {
            if (death instanceof Map<?, ?> entry && workQueue.equals(text(entry.get("queue")))) {
                return letter.withHeaders(aside(entry));
            }
        }
        return letter;
    }

    @SuppressWarnings("JavaUtilDate") // the type that the client has for timestamps
    private static Map<String, String> aside(Map<?, ?> death) {
        Map<String, String> note = new HashMap<>();
        String reason = text(death.get("reason"));
        note.put(BrokerDeadLetter.REASON, reason == null ? "" : safe(reason));
        if (death.get("time") instanceof Date time) {
            note.put(BrokerDeadLetter.AT, Long.toString(time.getTime()));
        }
        return note;
    }

    /** Ours alone; whatever else there is, such as x-death, is RabbitMQ's own story, of use in dead letters alone, or a stranger's. */
    private static Map<String, String> headers(Map<String, Object> all) {
        Map<String, String> headers = new HashMap<>();
        int left = MAX_HEADERS;
        for (Map.Entry<String, Object> header : all.entrySet()) {
            String name = header.getKey();
            String value = text(header.getValue());
            boolean carried = name.equals(VERSION) || name.equals(ROUTING_KEY);
            if (value == null || carried || !OURS.matcher(name).matches() || name.length() + value.length() > left) {
                continue;
            }
            left -= name.length() + value.length();
            headers.put(name, value);
        }
        return headers;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof LongString || value instanceof String || value instanceof Number
                ? value.toString()
                : null;
    }

    /** The same at each look: a dead letter is shown, replayed and discarded by its id. */
    private static String idOf(byte[] body) {
        return UUID.nameUUIDFromBytes(body).toString();
    }

    /** Fits into a short string. What is no UTF-8 grows when it is decoded, and would not go out again. */
    private static String safe(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() <= SHORT ? plain : plain.substring(0, SHORT);
    }
}
