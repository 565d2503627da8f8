package org.heratio.offsite.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.finding.Finding.Level;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.ServerProcess;
import org.heratio.offsite.testing.TestCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of a real server, and that it leaves everything as it was. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitDoctorIT {
    private final Vertx vertx = Vertx.vertx();
    private final RabbitServer server;
    private final String prefix = "o" + UUID.randomUUID().toString().substring(0, 8);
    private final Topology topology = Topology.of(prefix, Set.of("s3"), List.of(Duration.ofMillis(200)));
    private Connection connection;
    private Channel channel;

    RabbitDoctorIT(RabbitServer server) {
        this.server = server;
    }

    @BeforeEach
    void connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(server.uri());
        connection = factory.newConnection();
        channel = connection.createChannel();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        get(vertx.close());
    }

    @Test
    void aServerThatIsReadyIsWell() throws Exception {
        declare();
        List<Finding> findings = examine(server.uri());
        assertThat(findings).noneMatch(found -> found.level() == Level.FAIL);
        assertThat(texts(findings))
                .contains("127.0.0.1:" + server.port() + " accepts user guest on virtual host /")
                .containsPattern("\\d+ queues and exchanges are as they should be")
                .contains("user guest may configure, write and read what is needed");
    }

    @Test
    void nothingIsMadeAndNothingIsSent() throws Exception {
        List<Finding> findings = examine(server.uri());
        assertThat(findings).noneMatch(found -> found.level() == Level.FAIL);
        assertThat(texts(findings)).contains("no queues of ours yet", "user guest may configure");
        for (String queue : List.of(Topology.scan(prefix), topology.unrouted(), prefix + ".delay.200")) {
            assertThat(new RabbitTrial(connection).depth(queue).refusal())
                    .satisfies(refusal -> assertThat(refusal.absent()).isTrue());
        }

        declare();
        String heard = channel.queueDeclare().getQueue();
        channel.queueBind(heard, prefix, "#");
        channel.queueBind(heard, prefix + ".direct", "offsite-doctor");
        channel.basicPublish("", Topology.scan(prefix), null, new byte[1]);
        examine(server.uri());
        assertThat(channel.messageCount(heard)).isZero();
        assertThat(channel.messageCount(topology.unrouted())).isZero();
        assertThat(channel.basicGet(Topology.scan(prefix), true).getEnvelope().isRedeliver())
                .isFalse();
    }

    @Test
    void aQueueWithOtherArgumentsIsNamedWithTheWayOutAndStays() throws Exception {
        String queue = Topology.upload(prefix, "s3");
        channel.queueDeclare(queue, true, false, false, Map.of());
        channel.exchangeDeclare(prefix + ".direct", "fanout", true);
        declareFails();
        List<Finding> faults = faults(examine(server.uri()));
        assertThat(faults).hasSize(2);
        assertThat(faults.get(0).text()).contains(prefix + ".direct", "inequivalent");
        assertThat(faults.get(0).hint()).contains("delete exchange name=" + prefix + ".direct");
        assertThat(faults.get(1).text()).contains(queue, "inequivalent");
        assertThat(faults.get(1).hint()).contains("rabbitmqctl delete_queue " + queue, "published again");
        channel.queueDeclare(queue, true, false, false, Map.of());
    }

    @Test
    void queuesOfAnotherLedgerAreNoneOfOurs() throws Exception {
        declare(topology.ownedBy("one"));
        assertThat(faults(examine(topology.ownedBy("one")))).isEmpty();
        assertThat(faults(examine(topology.ownedBy("two")))).singleElement().satisfies(found -> {
            assertThat(found.text()).contains(prefix + ".ledger");
            assertThat(found.hint())
                    .contains("BACKUP_OFFSITE_QUEUE_PREFIX", "delete exchange name=" + prefix + ".ledger");
        });
    }

    @Test
    void whatWasGivenUpIsCounted() throws Exception {
        declare();
        String dead = Topology.verify(prefix) + ".dead";
        channel.confirmSelect();
        channel.basicPublish("", dead, new AMQP.BasicProperties(), new byte[1]);
        channel.waitForConfirmsOrDie(20_000);
        assertThat(examine(server.uri()))
                .filteredOn(found -> found.text().contains("given up in " + dead + ": 1"))
                .singleElement()
                .satisfies(found -> assertThat(found.hint()).contains("offsite dead-letters"));
    }

    @Test
    void rightsThatAreMissingAreToldWithTheCommandThatGivesThem() throws Exception {
        for (boolean there : List.of(false, true)) {
            if (there) {
                declare();
            }
            List<Finding> faults = faults(examine(server.readerUri()));
            assertThat(faults).hasSize(1);
            assertThat(faults.get(0).text())
                    .contains("user reader may not configure amq.gen", "write ")
                    .containsPattern("and \\d+ more")
                    .doesNotContain("read ");
            assertThat(faults.get(0).hint()).contains("set_permissions -p '/' 'reader' '^(" + prefix + "|amq\\.gen)'");
        }
    }

    @Test
    void aWrongPasswordIsToldAndNotShown() throws Exception {
        List<Finding> findings = examine("amqp://guest:hunter2@127.0.0.1:" + server.port());
        assertThat(findings).singleElement().satisfies(found -> {
            assertThat(found.level()).isEqualTo(Level.FAIL);
            assertThat(found.text()).contains("127.0.0.1:" + server.port(), "user and password");
        });
        assertThat(findings.toString()).doesNotContain("hunter2");
        assertThat(texts(faults(examine(server.uri() + "/nowhere")))).contains("nowhere");
    }

    @Test
    void aServerThatIsAwayOrSaysNothingCostsABoundedTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            long start = System.nanoTime();
            List<Finding> alone = examine("amqp://guest:hunter2@127.0.0.1:" + silent.getLocalPort());
            assertThat(alone)
                    .singleElement()
                    .satisfies(found -> assertThat(found.level()).isEqualTo(Level.FAIL));
            assertThat(alone.get(0).hint()).contains("BACKUP_OFFSITE_AMQP_URI");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(HangLimit.STEP);
        }
    }

    @Test
    @Tag("slow")
    void aServerThatTakesNoMessagesIsToldWithWhatItStillAnswers() throws Exception {
        try (RabbitServer full = new RabbitServer("{vm_memory_high_watermark, 0.0}").start()) {
            List<Finding> findings = examine(full.uri());
            assertThat(texts(findings)).contains("no queues of ours yet");
            assertThat(faults(findings))
                    .singleElement()
                    .satisfies(found -> assertThat(found.text()).contains("takes no messages at present", "memory"));
        }
    }

    @Test
    void eachServerOfTheListIsLookedAt() throws Exception {
        int nobody = ServerProcess.freePort();
        List<Finding> findings = examine(new RabbitSettings(
                "amqp://guest:guest@127.0.0.1:" + nobody,
                List.of("127.0.0.1:" + server.port()),
                null,
                null,
                null,
                null,
                null));
        assertThat(texts(findings)).contains("127.0.0.1:" + server.port() + " accepts user guest");
        assertThat(findings)
                .filteredOn(found -> found.text().contains("127.0.0.1:" + nobody))
                .extracting(Finding::level)
                .containsExactly(Level.WARN);
    }

    @Test
    void tlsIsLookedAtAsThePipelineUsesIt(@TempDir Path directory) throws Exception {
        TestCertificate good = server.certificate();
        assertThat(texts(examine(tls("localhost", good, good.signs(directory, "uploader")))))
                .contains("localhost:" + server.tlsPort() + " accepts user guest on virtual host /, over TLS");
        assertThat(faults(examine(tls("127.0.0.1", good, null))))
                .singleElement()
                .satisfies(found -> assertThat(found.hint()).contains("host name"));
        TestCertificate strange = TestCertificate.selfSigned(directory, "localhost");
        assertThat(faults(examine(tls("localhost", strange, null))))
                .singleElement()
                .satisfies(found -> assertThat(found.hint()).contains("BACKUP_OFFSITE_AMQP_CA_FILE"));
        assertThat(faults(examine(tls("localhost", good, strange))))
                .singleElement()
                .satisfies(
                        found -> assertThat(found.hint()).as(found.text()).contains("BACKUP_OFFSITE_AMQP_CERT_FILE"));
    }

    private RabbitSettings tls(String host, TestCertificate authority, TestCertificate ours) {
        return new RabbitSettings(
                "amqps://guest:guest@" + host + ":" + server.tlsPort(),
                List.of(),
                null,
                null,
                authority.certificate(),
                ours == null ? null : ours.certificate(),
                ours == null ? null : ours.key());
    }

    private void declare() throws Exception {
        declare(topology);
    }

    private void declare(Topology wanted) throws Exception {
        RabbitBroker broker = new RabbitBroker(vertx, RabbitSettings.of(server.uri()));
        get(broker.declare(wanted));
        get(broker.close());
    }

    /** As far as it goes. */
    private void declareFails() throws Exception {
        RabbitBroker broker = new RabbitBroker(vertx, RabbitSettings.of(server.uri()));
        assertThat(get(broker.declare(topology).map(false).otherwise(true))).isTrue();
        get(broker.close());
    }

    private List<Finding> examine(String uri) throws Exception {
        return examine(RabbitSettings.of(uri));
    }

    private List<Finding> examine(Topology expected) throws Exception {
        return new RabbitDoctor(vertx, RabbitSettings.of(server.uri()), expected).examine();
    }

    private List<Finding> examine(RabbitSettings settings) throws Exception {
        return new RabbitDoctor(vertx, settings, topology).examine();
    }

    private static List<Finding> faults(List<Finding> findings) {
        return findings.stream().filter(found -> found.level() == Level.FAIL).toList();
    }

    private static String texts(List<Finding> findings) {
        return String.join("\n", findings.stream().map(Finding::text).toList());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
