package org.heratio.offsite.app.e2e;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.broker.rabbit.RabbitServer;

/** An operator's, or an attacker's, hands on the queues of one installation. */
public final class RabbitQueues implements AutoCloseable {
    private final String prefix;
    private final Connection connection;
    private final Channel channel;

    /** Connects to the queues with that prefix. */
    public RabbitQueues(RabbitServer server, String prefix) throws Exception {
        this.prefix = prefix;
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(server.uri());
        connection = factory.newConnection();
        channel = connection.createChannel();
    }

    static List<String> work() {
        return List.of("scan", "encrypt", "upload.localfs", "verify", "verify.localfs", "sweep.localfs");
    }

    /** Takes all that waits out of the work queues and says how many that were. */
    long purge() throws Exception {
        long gone = 0;
        for (String queue : work()) {
            gone += purge(queue);
        }
        return gone;
    }

    /** Takes all that waits out of one queue and says how many that were. */
    public long purge(String queue) throws Exception {
        return channel.queuePurge(prefix + "." + queue).getMessageCount();
    }

    /** Returns how many messages wait in a queue. */
    public long depth(String queue) throws Exception {
        return channel.messageCount(prefix + "." + queue);
    }

    long consumers(String queue) throws Exception {
        return channel.consumerCount(prefix + "." + queue);
    }

    /** Dead letters and messages that had nowhere to go, by queue; empty queues left out. */
    Map<String, Long> lost() throws Exception {
        Map<String, Long> found = new LinkedHashMap<>();
        for (String queue : work()) {
            found.put(queue + ".dead", depth(queue + ".dead"));
        }
        found.put("unrouted", depth("unrouted"));
        found.values().removeIf(depth -> depth == 0);
        return found;
    }

    /** Puts something into a work queue that is not necessarily ours. */
    void publish(String queue, String type, int version, String id, byte[] body) throws Exception {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .messageId(id)
                .type(type)
                .headers(Map.of("x-offsite-version", version))
                .deliveryMode(2)
                .build();
        channel.basicPublish("", prefix + "." + queue, properties, body);
    }

    /** Puts a text into a work queue. */
    public void publish(String queue, String type, int version, String id, String body) throws Exception {
        publish(queue, type, version, id, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Publishes something on the exchange, as a process with other settings may. */
    void route(String routingKey, String id) throws Exception {
        channel.basicPublish(
                prefix,
                routingKey,
                new AMQP.BasicProperties.Builder()
                        .messageId(id)
                        .type("payload-ready")
                        .build(),
                "{}".getBytes(StandardCharsets.UTF_8));
    }

    /** A plain durable queue under a name of ours. */
    void declareClassic(String queue) throws Exception {
        channel.queueDeclare(prefix + "." + queue, true, false, false, Map.of());
    }

    @Override
    public void close() throws Exception {
        connection.close();
    }
}
