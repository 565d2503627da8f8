package org.heratio.offsite.broker.rabbit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.ServerHost;
import org.heratio.offsite.testing.ServerProcess;
import org.jspecify.annotations.Nullable;

/** Debian's RabbitMQ as private child processes: own directory, own ports, own epmd, nothing of the system's. */
final class RabbitProcesses implements ServerHost {
    private static final Path INSTALLED = Path.of("/usr/lib/rabbitmq/lib");
    private static final Duration BOOT = HangLimit.STEP;

    private final Path home;
    private final int port;
    private final int distPort = ServerProcess.freePort();
    private final int epmdPort = ServerProcess.freePort();
    private final Thread lastResort = new Thread(this::killAll);
    private @Nullable Process epmd;
    private @Nullable Process server;

    /**
     * @param home holds {@code rabbitmq.conf} and {@code advanced.config}
     * @param plugins those that are switched on
     */
    RabbitProcesses(Path home, int port, List<String> plugins) throws IOException {
        this.home = home;
        this.port = port;
        Path cookie = home.resolve(".erlang.cookie");
        Files.writeString(cookie, "OFFSITETESTCOOKIE");
        Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
        for (String directory : List.of("mnesia", "log", "schema", "generated")) {
            Files.createDirectory(home.resolve(directory));
        }
        Files.writeString(home.resolve("enabled_plugins"), "[" + String.join(",", plugins) + "].");
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Whether there is a server to run. */
    static boolean installed() {
        return script().isPresent() && Files.isExecutable(Path.of("/usr/bin/epmd"));
    }

    /** The real script: the wrapper in {@code /usr/sbin} insists on a user of its own. */
    private static Optional<Path> script() {
        return script("rabbitmq-server");
    }

    private static Optional<Path> script(String name) {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("sbin/" + name))
                    .filter(Files::isExecutable)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void start(Callable<Boolean> ready) throws IOException {
        if (epmd == null || !epmd.isAlive()) {
            epmd = process(
                    List.of("/usr/bin/epmd", "-port", Integer.toString(epmdPort), "-address", "127.0.0.1"), "epmd");
        }
        Process starting = process(List.of(script().orElseThrow().toString()), "server");
        server = starting;
        await().atMost(BOOT).until(() -> {
            if (!starting.isAlive()) {
                throw new IllegalStateException("RabbitMQ did not start: " + output());
            }
            return ready.call();
        });
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
        // its cookie is no secret, so that nobody else may come to that port
        environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
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

    /** Runs {@code rabbitmqctl} on the server that runs. */
    void control(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(script("rabbitmqctl").orElseThrow().toString()));
        command.addAll(List.of(arguments));
        Process process = process(command, "control");
        if (!process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(command + ": " + Files.readString(home.resolve("control.out")));
        }
    }

    private String output() throws IOException {
        Path out = home.resolve("server.out");
        return Files.exists(out) ? Files.readString(out) : "";
    }

    @Override
    public void kill() {
        descendants().forEach(ProcessHandle::destroyForcibly);
        awaitEnd();
    }

    private void awaitEnd() {
        Process ending = server;
        if (ending != null) {
            try {
                if (!ending.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)) {
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
    public void remove() {
        kill();
        killAll();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }
}
