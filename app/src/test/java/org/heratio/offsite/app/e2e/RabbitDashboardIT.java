package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dashboard of RabbitMQ's queues, on the figures of a real RabbitMQ, which a real Prometheus gets as the compose file has it. */
@Timeout(HangLimit.TEST_SECONDS)
final class RabbitDashboardIT {
    private static final String QUEUE = "offsite.upload.s3";

    private static Path file(String name) {
        return Files.exists(Path.of(name)) ? Path.of(name) : Path.of("..").resolve(name);
    }

    /** As it is shipped, with the addresses of this test, and sooner. */
    private static PrometheusServer prometheus(int rabbit) throws IOException {
        String shipped = Files.readString(file("deploy/observe/prometheus.yml"));
        assertThat(shipped).contains("rabbitmq:15692", "/etc/prometheus/", "/run/secrets/", ": 30s");
        return PrometheusServer.start(Map.of(
                "offsite.rules.yml", Files.readString(file("deploy/prometheus/offsite.rules.yml")),
                "dashboard_read_token", "none",
                "prometheus.yml",
                        shipped.replace("rabbitmq:15692", "127.0.0.1:" + rabbit)
                                .replace("alertmanager:9093", "127.0.0.1:1")
                                .replace("/etc/prometheus/", "")
                                .replace("/run/secrets/", "")
                                .replace(": 30s", ": 1s")));
    }

    /** Does with queues of the pipeline what workers do, so that each figure is there. */
    private static void work(Channel channel) throws IOException {
        for (String queue : List.of(QUEUE, QUEUE + ".dead")) {
            channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[] {1});
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[] {2});
        }
        channel.basicQos(1);
        channel.basicConsume(
                QUEUE,
                false,
                (tag, delivery) -> {
                    if (delivery.getEnvelope().isRedeliver()) {
                        channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    } else {
                        channel.basicNack(delivery.getEnvelope().getDeliveryTag(), false, true);
                    }
                },
                tag -> {});
    }

    private static List<String> expressions() throws IOException {
        JsonObject dashboard = new JsonObject(Files.readString(file("deploy/grafana/rabbitmq.json")));
        return dashboard.getJsonArray("panels").stream()
                .map(JsonObject.class::cast)
                .filter(panel -> panel.containsKey("targets"))
                .flatMap(panel -> panel.getJsonArray("targets").stream())
                .map(target -> ((JsonObject) target)
                        .getString("expr")
                        .replace("$job", "rabbitmq")
                        .replace("$prefix", "offsite")
                        .replace("$__rate_interval", "1m"))
                .toList();
    }

    @Test
    void eachPanelShowsSomething() throws Exception {
        Requires.program("prometheus", "prometheus");
        Requires.that(RabbitServer.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
        ConnectionFactory factory = new ConnectionFactory();
        try (RabbitServer rabbit = RabbitServer.withMetrics().start();
                PrometheusServer prometheus = prometheus(rabbit.metricsPort())) {
            factory.setUri(rabbit.uri());
            try (Connection connection = factory.newConnection()) {
                work(connection.createChannel());

                assertThat(expressions()).hasSizeGreaterThan(20);
                for (String expression : expressions()) {
                    await(expression)
                            .atMost(HangLimit.STEP)
                            .until(() -> prometheus.query(expression).contains("\"value\""));
                }
                assertThat(prometheus.query(
                                "sum(rabbitmq_queue_messages_ready{queue=~\"offsite[.](.*[.]dead|unrouted)\"}) == 2"))
                        .contains("\"value\"");
                assertThat(prometheus.query("rabbitmq_queue_consumers{queue=\"" + QUEUE + "\"} == 1"))
                        .contains("\"value\"");
            }
        }
    }
}
