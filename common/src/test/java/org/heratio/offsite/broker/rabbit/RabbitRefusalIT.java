package org.heratio.offsite.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.ServerProcess;
import org.heratio.offsite.testing.TestCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What RabbitMQ refuses, and what it would drop in silence. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitRefusalIT {
    private final Vertx vertx = Vertx.vertx();
    private final RabbitServer server;
    private final Topology topology = Topology.of(
            "r" + UUID.randomUUID().toString().substring(0, 8), Set.of("s3"), List.of(Duration.ofMillis(200)));

    RabbitRefusalIT(RabbitServer server) {
        this.server = server;
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @Test
    void aWrongPasswordIsRefusedAndNotRepeated() throws Exception {
        RabbitBroker broker = broker(RabbitSettings.of("amqp://guest:hunter2@127.0.0.1:" + server.port()));
        Failure failure = failure(broker.declareWhenThere(topology));
        assertThat(failure.code()).isEqualTo(ErrorCode.BROKER_REFUSED);
        assertThat(failure.oneLine()).contains("127.0.0.1:" + server.port()).doesNotContain("hunter2");
    }

    @Test
    void aVirtualHostThatIsNotThereIsRefused() throws Exception {
        RabbitBroker broker = broker(RabbitSettings.of(server.uri() + "/nowhere"));
        Failure failure = failure(broker.declareWhenThere(topology));
        assertThat(failure.code()).isEqualTo(ErrorCode.BROKER_REFUSED);
        assertThat(failure.hint()).contains("add_vhost");
    }

    @Test
    void aServerThatIsNotThereMayComeBack() throws Exception {
        RabbitBroker broker = broker(RabbitSettings.of("amqp://127.0.0.1:" + ServerProcess.freePort()));
        assertThat(failure(broker.declare(topology)).code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE);
        Future<Void> waiting = broker.declareWhenThere(topology);
        await().during(Duration.ofSeconds(1)).until(() -> !waiting.isComplete());
        get(broker.close());
        assertThat(failure(waiting).code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE);
    }

    @Test
    void anyNodeOfTheClusterIsEnough() throws Exception {
        int alive = server.port();
        int dead = ServerProcess.freePort();
        for (int[] order : new int[][] {{alive, dead}, {dead, alive}}) {
            RabbitSettings settings = settings(
                    "amqp://guest:guest@127.0.0.1:" + order[0],
                    List.of("127.0.0.1:" + order[0], "127.0.0.1:" + order[1]),
                    null);
            assertThat(settings.where()).isEqualTo("127.0.0.1:" + order[0] + ",127.0.0.1:" + order[1]);
            RabbitBroker broker = broker(settings);
            get(broker.declare(topology));
            get(broker.close());
        }
    }

    @Test
    void aServerThatHangsUpDuringLoginOrHandshakeMayComeBack() throws Exception {
        try (HangingUp login = new HangingUp(server.port(), HangingUp.PROTOCOL_HEADER);
                HangingUp handshake = new HangingUp(server.tlsPort(), 0)) {
            assertThat(failure(broker(RabbitSettings.of("amqp://guest:guest@127.0.0.1:" + login.port()))
                                    .declare(topology))
                            .code())
                    .isEqualTo(ErrorCode.BROKER_UNAVAILABLE);
            assertThat(failure(broker(settings(
                                            "amqps://guest:guest@localhost:" + handshake.port(),
                                            List.of(),
                                            server.certificate().certificate()))
                                    .declare(topology))
                            .code())
                    .isEqualTo(ErrorCode.BROKER_UNAVAILABLE);
        }
    }

    @Test
    void anExchangeOrDeadQueueWithOtherArgumentsIsNamedWithAWayOutOfItsOwn() throws Exception {
        String dead = Topology.verify(topology.exchange()) + ".dead";
        RabbitLink link = get(RabbitLink.open(vertx, RabbitSettings.of(server.uri()), "test"));
        get(link.call(client -> client.queueDeclare(dead, true, false, false, new JsonObject())));
        assertThat(failure(broker(RabbitSettings.of(server.uri())).declare(topology))
                        .hint())
                .contains("its letters are lost");
        String unrouted = topology.exchange() + ".unrouted";
        get(link.call(client -> client.exchangeDelete(unrouted)));
        get(link.call(client -> client.exchangeDeclare(unrouted, "fanout", true, false)));
        get(link.close());
        Failure failure = failure(broker(RabbitSettings.of(server.uri())).declare(topology));
        assertThat(failure.reason()).contains(unrouted);
        assertThat(failure.hint()).contains("delete exchange");
    }

    @Test
    void aQueueWithOtherArgumentsIsNamedWithTheWayOut() throws Exception {
        String queue = Topology.upload(topology.exchange(), "s3");
        RabbitLink link = get(RabbitLink.open(vertx, RabbitSettings.of(server.uri()), "test"));
        get(link.call(client -> client.queueDeclare(queue, true, false, false, new JsonObject())));
        get(link.close());
        Failure failure = failure(broker(RabbitSettings.of(server.uri())).declare(topology));
        assertThat(failure.code()).isEqualTo(ErrorCode.BROKER_REFUSED);
        assertThat(failure.reason()).contains(queue).contains("x-");
        assertThat(failure.hint()).contains("rabbitmqctl delete_queue");
    }

    @Test
    void workWithoutAQueueIsKeptAndNotificationsAreNot() throws Exception {
        RabbitBroker broker = broker(RabbitSettings.of(server.uri()));
        get(broker.declare(topology));
        get(broker.publish(envelope("copy.verified")));
        get(broker.publish(envelope("payload.ready.rsync")));
        String unrouted = topology.exchange() + ".unrouted";
        await().atMost(HangLimit.STEP).until(() -> get(broker.depth(unrouted)) == 1);
        await().during(Duration.ofMillis(500)).atMost(HangLimit.STEP).until(() -> get(broker.depth(unrouted)) == 1);
        get(broker.close());
    }

    @Test
    void whatIsToComeBackLaterIsKeptWhenItsDelayQueueIsGone() throws Exception {
        RabbitBroker broker = broker(RabbitSettings.of(server.uri()));
        get(broker.declare(topology));
        // connects the publisher, which would make the queue again
        get(broker.publish(envelope("copy.verified")));
        RabbitLink link = get(RabbitLink.open(vertx, RabbitSettings.of(server.uri()), "test"));
        get(link.call(client -> client.queueDelete(topology.exchange() + ".delay.200")));
        get(link.close());
        get(broker.publishLater(
                Topology.scan(topology.exchange()), envelope("scan.requested"), Duration.ofMillis(200)));
        await().atMost(HangLimit.STEP).until(() -> get(broker.depth(topology.unrouted())) == 1);
        get(broker.close());
    }

    @Test
    void tlsWithTheRightAuthorityAndHostNameConnects() throws Exception {
        RabbitBroker broker = broker(tls("localhost", server.certificate().certificate()));
        get(broker.declare(topology));
        get(broker.publish(envelope("scan.requested")));
        await().atMost(HangLimit.STEP).until(() -> get(broker.depth(Topology.scan(topology.exchange()))) == 1);
        get(broker.close());
    }

    @Test
    void tlsWithAClientCertificateConnects(@TempDir Path directory) throws Exception {
        TestCertificate pair = server.certificate().signs(directory, "uploader");
        RabbitBroker broker = broker(new RabbitSettings(
                "amqps://guest:guest@localhost:" + server.tlsPort(),
                List.of(),
                null,
                null,
                server.certificate().certificate(),
                pair.certificate(),
                pair.key()));
        get(broker.declare(topology));
        get(broker.close());
    }

    @Test
    void tlsRefusesACertificateForAnotherHost() throws Exception {
        Failure failure = failure(
                broker(tls("127.0.0.1", server.certificate().certificate())).declareWhenThere(topology));
        assertThat(failure.code()).isEqualTo(ErrorCode.BROKER_REFUSED);
        assertThat(failure.hint()).contains("host name");
    }

    @Test
    void tlsRefusesAnUnknownAuthority(@TempDir Path directory) throws Exception {
        TestCertificate other = TestCertificate.selfSigned(directory, "localhost");
        assertThat(failure(broker(tls("localhost", other.certificate())).declareWhenThere(topology))
                        .code())
                .isEqualTo(ErrorCode.BROKER_REFUSED);
        assertThat(failure(broker(tls("localhost", directory.resolve("missing.pem")))
                                .declareWhenThere(topology))
                        .code())
                .isEqualTo(ErrorCode.BROKER_REFUSED);
    }

    private RabbitSettings tls(String host, Path ca) {
        return settings("amqps://guest:guest@" + host + ":" + server.tlsPort(), List.of(), ca);
    }

    private static RabbitSettings settings(String uri, List<String> hosts, @Nullable Path ca) {
        return new RabbitSettings(uri, hosts, null, null, ca, null, null);
    }

    private RabbitBroker broker(RabbitSettings settings) {
        return new RabbitBroker(vertx, settings);
    }

    private static Envelope envelope(String key) {
        return new Envelope(
                UUID.randomUUID().toString(), "test", 1, key, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static Failure failure(Future<?> future) throws Exception {
        try {
            get(future);
        } catch (ExecutionException e) {
            return ((FailureException) e.getCause()).failure();
        }
        throw new AssertionError("it should have failed");
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
