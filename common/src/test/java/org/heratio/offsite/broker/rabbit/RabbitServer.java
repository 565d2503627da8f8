package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.testing.Images;
import org.heratio.offsite.testing.ServerContainer;
import org.heratio.offsite.testing.ServerHost;
import org.heratio.offsite.testing.ServerProcess;
import org.heratio.offsite.testing.TestCertificate;
import org.heratio.offsite.testing.Trees;
import org.testcontainers.containers.Container;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.MountableFile;

/** A real RabbitMQ that nobody else uses. It takes about ten seconds to start, so tests share one. */
public final class RabbitServer implements AutoCloseable {
    /** Two users, each with a password like its name: one that may do everything, and one that may read alone. */
    private static final String DEFINITIONS = """
            {"vhosts": [{"name": "/"}],
             "users": [
              {"name": "guest", "password_hash": "c2FsdDRwMuw4kgNZhm0cEYx1m4NAR6BCdplxDdFbnDjbRIKq",
               "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": "administrator"},
              {"name": "reader", "password_hash": "c2FsdPzFUOWb1KF5vE7+95rynFTlxi7NyaRGfkmlpM6K5Qhj",
               "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ""}],
             "permissions": [
              {"user": "guest", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
              {"user": "reader", "vhost": "/", "configure": "^$", "write": "^$", "read": ".*"}]}
            """;

    private final int port = ServerProcess.freePort();
    private final int tlsPort = ServerProcess.freePort();
    private final int metricsPort = ServerProcess.freePort();
    private final boolean metrics;
    private final Path home;
    private final TestCertificate certificate;
    private final ServerHost host;
    private Control control;

    /** Runs {@code rabbitmqctl} beside the server. */
    interface Control {
        void run(String... arguments) throws IOException, InterruptedException;
    }

    public RabbitServer() {
        // after a crash a delay queue may be ready before its targets, and tries again only after three minutes
        this("{dead_letter_worker_publisher_confirm_timeout, 2000}");
    }

    /**
     * @param advanced settings of the application {@code rabbit} as Erlang writes them, with a comma behind each but the last
     */
    public RabbitServer(String advanced) {
        this(advanced, false);
    }

    private RabbitServer(String advanced, boolean metrics) {
        this.metrics = metrics;
        try {
            home = Files.createTempDirectory("offsite-rabbit");
            certificate = TestCertificate.selfSigned(home, "localhost");
            Files.writeString(home.resolve("definitions.json"), DEFINITIONS);
            Files.writeString(home.resolve("advanced.config"), "[{rabbit, [" + advanced + "]}].\n");
            host = ServerContainer.wanted() ? container() : processes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that tells Prometheus about itself, and is never older than a second. */
    public static RabbitServer withMetrics() {
        return new RabbitServer("{collect_statistics_interval, 1000}", true);
    }

    /** Whether there is a server to run. */
    public static boolean installed() {
        return ServerContainer.wanted() || RabbitProcesses.installed();
    }

    private ServerHost processes() throws IOException {
        Files.writeString(
                home.resolve("rabbitmq.conf"),
                configuration(
                                "127.0.0.1:" + tlsPort,
                                certificate.certificate(),
                                certificate.key(),
                                home.resolve("definitions.json"))
                        + (metrics ? forPrometheus("127.0.0.1", metricsPort) : ""));
        RabbitProcesses processes =
                new RabbitProcesses(home, port, metrics ? List.of("rabbitmq_prometheus") : List.of());
        control = processes::control;
        return processes;
    }

    private static String forPrometheus(String address, int port) {
        return """
                prometheus.tcp.ip = %s
                prometheus.tcp.port = %d
                prometheus.return_per_object_metrics = true
                """.formatted(address, port);
    }

    private ServerHost container() throws IOException {
        Path inside = Path.of("/etc/rabbitmq");
        Path certificateInside = inside.resolve("server.crt");
        Path keyInside = inside.resolve("server.key");
        Path definitionsInside = inside.resolve("definitions.json");
        Path configuration = home.resolve("rabbitmq.conf");
        Files.writeString(
                configuration,
                configuration("5671", certificateInside, keyInside, definitionsInside)
                        + (metrics ? forPrometheus("0.0.0.0", 15692) : ""));
        Map<Path, Path> files = Map.of(
                configuration,
                inside.resolve("conf.d/90-test.conf"),
                home.resolve("advanced.config"),
                inside.resolve("advanced.config"),
                home.resolve("definitions.json"),
                definitionsInside,
                certificate.certificate(),
                certificateInside,
                certificate.key(),
                keyInside);
        RabbitMQContainer container = new RabbitMQContainer(Images.RABBITMQ);
        files.forEach((outside, there) ->
                container.withCopyFileToContainer(MountableFile.forHostPath(outside, 0644), there.toString()));
        control = arguments -> {
            List<String> command = new ArrayList<>(List.of("rabbitmqctl"));
            command.addAll(List.of(arguments));
            Container.ExecResult result = container.execInContainer(command.toArray(new String[0]));
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(command + ": " + result);
            }
        };
        // its image has the plugin switched on
        return new ServerContainer(container, Map.of(port, 5672, tlsPort, 5671, metricsPort, 15692));
    }

    private static String configuration(String tlsListener, Path certificate, Path key, Path definitions) {
        return """
                disk_free_limit.absolute = 1MB
                raft.wal_max_size_bytes = 33554432
                max_message_size = 33554432
                listeners.ssl.default = %s
                ssl_options.certfile = %s
                ssl_options.keyfile = %s
                ssl_options.cacertfile = %s
                ssl_options.verify = verify_peer
                ssl_options.fail_if_no_peer_cert = false
                load_definitions = %s
                """.formatted(tlsListener, certificate, key, certificate, definitions);
    }

    /** Starts, or starts again what was killed; returns when it lets us in. */
    public RabbitServer start() throws IOException {
        host.start(this::letsUsIn);
        return this;
    }

    private boolean letsUsIn() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(uri());
        factory.setConnectionTimeout(2_000);
        factory.setHandshakeTimeout(2_000);
        factory.setAutomaticRecoveryEnabled(false);
        try (Connection connection = factory.newConnection()) {
            return connection.isOpen();
        } catch (IOException | TimeoutException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public int tlsPort() {
        return tlsPort;
    }

    /** Returns the port for Prometheus. */
    public int metricsPort() {
        return metricsPort;
    }

    /** Signed by itself, for {@code localhost} and no other name. */
    TestCertificate certificate() {
        return certificate;
    }

    /** With the user that may do everything. */
    public String uri() {
        return "amqp://guest:guest@127.0.0.1:" + port;
    }

    /** With a user that may read alone. */
    String readerUri() {
        return "amqp://reader:reader@127.0.0.1:" + port;
    }

    /**
     * Limits queues as an operator may, by a policy; a full one refuses.
     *
     * @param pattern a regular expression for names of queues
     */
    public void limit(String policy, String pattern, int messages) throws IOException, InterruptedException {
        policy(policy, pattern, "{\"max-length\":" + messages + ",\"overflow\":\"reject-publish\"}");
    }

    /** @param definition JSON */
    public void policy(String name, String pattern, String definition) throws IOException, InterruptedException {
        control.run("set_policy", "--apply-to", "queues", name, pattern, definition);
    }

    /** Sets the part of this machine's memory that it may use, such as {@code 0.4}; at {@code 0} it takes no messages. */
    void memoryLimit(String part) throws IOException, InterruptedException {
        control.run("set_vm_memory_high_watermark", part);
    }

    public void unlimit(String policy) throws IOException, InterruptedException {
        control.run("clear_policy", policy);
    }

    /** Pulls the plug. */
    public void kill() {
        host.kill();
    }

    @Override
    public void close() {
        host.remove();
        Trees.delete(home);
    }
}
