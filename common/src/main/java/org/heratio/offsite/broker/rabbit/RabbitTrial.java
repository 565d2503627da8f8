package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server what is there and what we may do, without doing it. Rights are seen by orders that can never be carried out: the server
 * looks at the right first, and refuses the order itself only after that. Blocks; for one thread.
 */
final class RabbitTrial {
    /** Bound to nothing, and no name of ours. */
    private static final String NOWHERE = "offsite-doctor";

    private final Connection connection;
    private @Nullable Channel channel;

    RabbitTrial(Connection connection) {
        this.connection = connection;
    }

    /** A refusal of the server, with AMQP's reply code. */
    record Refusal(int code, String text) {
        boolean denied() {
            return code == RabbitFailures.ACCESS_REFUSED;
        }

        boolean otherArguments() {
            return code == RabbitFailures.PRECONDITION_FAILED;
        }

        /** Also a queue whose node is down is not found, but that one exists. */
        boolean absent() {
            return code == RabbitFailures.NOT_FOUND && (text.contains("no queue") || text.contains("no exchange"));
        }

        /** Returns whether the missing right is on the exchange of a binding, not on its queue. */
        boolean ofExchange() {
            return text.contains("exchange '");
        }
    }

    private interface Order {
        void give(Channel channel) throws IOException;
    }

    /** Messages that are ready in a queue, or why it is not there. */
    record Depth(long messages, @Nullable Refusal refusal) {}

    Depth depth(String queue) throws IOException {
        long[] messages = new long[1];
        Refusal refusal = refusal(
                channel -> messages[0] = channel.queueDeclarePassive(queue).getMessageCount());
        return new Depth(messages[0], refusal);
    }

    @Nullable
    Refusal exists(RabbitTopology.Exchange exchange) throws IOException {
        return refusal(channel -> channel.exchangeDeclarePassive(exchange.name()));
    }

    /** Declares again what exists: that changes nothing, but is refused when it has other arguments or may not be configured. */
    @Nullable
    Refusal sameAs(RabbitTopology.Declaration queue) throws IOException {
        return refusal(channel -> channel.queueDeclare(
                queue.queue(), true, false, false, queue.arguments().getMap()));
    }

    /** As {@link #sameAs(RabbitTopology.Declaration)}. */
    @Nullable
    Refusal sameAs(RabbitTopology.Exchange exchange) throws IOException {
        return refusal(channel -> channel.exchangeDeclare(
                exchange.name(),
                exchange.type(),
                true,
                false,
                exchange.arguments().getMap()));
    }

    /**
     * Returns whether a missing queue could be declared.
     *
     * @param queue its name; empty for one that the server gives a name
     */
    boolean mayMakeQueue(String queue) throws IOException {
        Map<String, Object> impossible = new HashMap<>(Map.of("x-message-ttl", -1));
        return allowed(channel -> channel.queueDeclare(queue, false, true, true, impossible));
    }

    boolean mayMakeExchange(String exchange) throws IOException {
        Map<String, Object> impossible = new HashMap<>(Map.of("alternate-exchange", 1));
        return allowed(channel -> channel.exchangeDeclare(exchange, "topic", true, false, impossible));
    }

    boolean mayRead(String queue) throws IOException {
        Map<String, Object> impossible = new HashMap<>(Map.of("x-priority", "none"));
        return allowed(channel -> {
            channel.basicConsume(queue, false, "", false, false, impossible, new DefaultConsumer(channel));
            // a server that minds no such priority has a consumer now
            channel.abort();
        });
    }

    /** Returns whether the queue may be bound to the exchange; asked by ending a binding that does not exist. */
    @Nullable
    Refusal bound(String queue, String exchange) throws IOException {
        Refusal refusal = refusal(channel -> channel.queueUnbind(queue, exchange, NOWHERE));
        return refusal != null && refusal.denied() ? refusal : null;
    }

    /** Returns whether messages may be published. Under an alarm the server hears nothing more on this connection from now on. */
    boolean mayWrite(String exchange) throws IOException {
        AMQP.BasicProperties impossible =
                new AMQP.BasicProperties.Builder().expiration("never").build();
        return allowed(channel -> {
            channel.basicPublish(exchange, NOWHERE, impossible, new byte[0]);
            // its answer comes after that to the message, which is none unless it was refused
            channel.exchangeDeclarePassive(exchange);
        });
    }

    private boolean allowed(Order order) throws IOException {
        Refusal refusal = refusal(order);
        return refusal == null || !refusal.denied();
    }

    /** Why the server refused, which ends the channel; null if it did not. */
    private @Nullable Refusal refusal(Order order) throws IOException {
        try {
            order.give(open());
            return null;
        } catch (IOException | ShutdownSignalException e) {
            ShutdownSignalException signal = RabbitFailures.signal(e);
            if (signal == null || !(signal.getReason() instanceof AMQP.Channel.Close)) {
                throw e;
            }
            return new Refusal(RabbitFailures.code(signal), RabbitFailures.text(signal));
        }
    }

    private Channel open() throws IOException {
        Channel last = channel;
        if (last == null || !last.isOpen()) {
            last = Objects.requireNonNull(connection.createChannel(), "the server gives no more channels");
            channel = last;
        }
        return last;
    }
}
