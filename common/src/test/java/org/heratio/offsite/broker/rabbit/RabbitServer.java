package org.heratio.offsite.broker.rabbit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Debian's RabbitMQ as a private child process: own directory, own ports, own epmd, nothing of the system's. It takes about ten seconds
 * to start, so tests share one.
 */
public final class RabbitServer implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/rabbitmq/lib");
    private static final Duration BOOT = Duration.ofSeconds(120);

    private final Path home;
    private final int port = freePort();
    private final int tlsPort = freePort();
    private final int distPort = freePort();
    private final int epmdPort = freePort();
    private final String advanced;
    private final TestCertificate certificate;
    private final Thread lastResort = new Thread(this::killAll);
    private @Nullable Process epmd;
    private @Nullable Process server;

    public RabbitServer() {
        // after a crash a delay queue may be ready before its targets, and tries again only after three minutes
        this("{dead_letter_worker_publisher_confirm_timeout, 2000}");
    }

    /**
     * @param advanced settings of the application {@code rabbit} as Erlang writes them, with a comma behind each but the last
     */
    public RabbitServer(String advanced) {
        this.advanced = advanced;
        try {
            home = Files.createTempDirectory("offsite-rabbit");
            certificate = TestCertificate.selfSigned(home, "localhost");
            prepare();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Whether there is a server to run. */
    public static boolean installed() {
        return script().isPresent() && Files.isExecutable(Path.of("/usr/bin/epmd"));
    }

    /** The real script: the wrapper in {@code /usr/sbin} insists on a user of its own. */
    private static Optional<Path> script() {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("sbin/rabbitmq-server"))
                    .filter(Files::isExecutable)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void prepare() throws IOException {
        Path cookie = home.resolve(".erlang.cookie");
        Files.writeString(cookie, "OFFSITETESTCOOKIE");
        Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
        for (String directory : List.of("mnesia", "log", "schema", "generated")) {
            Files.createDirectory(home.resolve(directory));
        }
        Files.writeString(home.resolve("enabled_plugins"), "[].");
        String configuration =
                """
                disk_free_limit.absolute = 1MB
                raft.wal_max_size_bytes = 33554432
                listeners.ssl.default = 127.0.0.1:%d
                ssl_options.certfile = %s
                ssl_options.keyfile = %s
                ssl_options.cacertfile = %s
                ssl_options.verify = verify_peer
                ssl_options.fail_if_no_peer_cert = false
                """.formatted(tlsPort, certificate.certificate(), certificate.key(), certificate.certificate());
        Files.writeString(home.resolve("rabbitmq.conf"), configuration);
        Files.writeString(home.resolve("advanced.config"), "[{rabbit, [" + advanced + "]}].\n");
    }

    /** Starts, or starts again what was stopped or killed; returns when connections are taken. */
    public RabbitServer start() throws IOException {
        if (epmd == null || !epmd.isAlive()) {
            epmd = process(
                    List.of("/usr/bin/epmd", "-port", Integer.toString(epmdPort), "-address", "127.0.0.1"), "epmd");
        }
        server = process(List.of(script().orElseThrow().toString()), "server");
        await().atMost(BOOT).until(this::takesConnections);
        return this;
    }

    private Process process(List<String> command, String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve(name + ".out").toFile()))
                .directory(home.toFile());
        builder.environment().putAll(environment());
        return builder.start();
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", home.toString());
        environment.put("RABBITMQ_MNESIA_BASE", home.resolve("mnesia").toString());
        environment.put("RABBITMQ_LOG_BASE", home.resolve("log").toString());
        environment.put("RABBITMQ_SCHEMA_DIR", home.resolve("schema").toString());
        environment.put(
                "RABBITMQ_GENERATED_CONFIG_DIR", home.resolve("generated").toString());
        environment.put("RABBITMQ_NODENAME", "offsite" + port + "@localhost");
        environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
        environment.put("RABBITMQ_DIST_PORT", Integer.toString(distPort));
        environment.put("RABBITMQ_CONFIG_FILE", home.resolve("rabbitmq.conf").toString());
        environment.put(
                "RABBITMQ_ADVANCED_CONFIG_FILE", home.resolve("advanced.config").toString());
        environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
        environment.put(
                "RABBITMQ_ENABLED_PLUGINS_FILE", home.resolve("enabled_plugins").toString());
        environment.put("ERL_EPMD_PORT", Integer.toString(epmdPort));
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        return environment;
    }

    private boolean takesConnections() throws IOException {
        if (server == null || !server.isAlive()) {
            throw new IllegalStateException("RabbitMQ did not start: " + output());
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String output() throws IOException {
        Path out = home.resolve("server.out");
        return Files.exists(out) ? Files.readString(out) : "";
    }

    public int port() {
        return port;
    }

    public int tlsPort() {
        return tlsPort;
    }

    /** Signed by itself, for {@code localhost} and no other name. */
    TestCertificate certificate() {
        return certificate;
    }

    /** With the user that every new server has. */
    public String uri() {
        return "amqp://guest:guest@127.0.0.1:" + port;
    }

    /** Stops as an operator would. */
    public void stop() {
        descendants().stream()
                .filter(process -> process.info().command().orElse("").endsWith("beam.smp"))
                .forEach(ProcessHandle::destroy);
        awaitEnd();
    }

    /** Pulls the plug. */
    public void kill() {
        descendants().forEach(ProcessHandle::destroyForcibly);
        awaitEnd();
    }

    private void awaitEnd() {
        Process ending = server;
        if (ending != null) {
            try {
                if (!ending.waitFor(60, TimeUnit.SECONDS)) {
                    ending.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<ProcessHandle> descendants() {
        List<ProcessHandle> all = new ArrayList<>();
        if (server != null) {
            server.descendants().forEach(all::add);
            all.add(server.toHandle());
        }
        return all;
    }

    private void killAll() {
        descendants().forEach(ProcessHandle::destroyForcibly);
        if (epmd != null) {
            epmd.destroyForcibly();
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        killAll();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
