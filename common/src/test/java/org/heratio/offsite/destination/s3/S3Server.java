package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.heratio.offsite.destination.FaultProxy;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** A real S3 server as a process of its own: S3Proxy, signatures on, objects as files below a temporary directory. */
public final class S3Server implements AutoCloseable {
    /** The bucket that is there from the start. */
    public static final String BUCKET = "backups";

    /** The only key that it knows. */
    public static final S3Config.Credentials CREDENTIALS =
            new S3Config.Credentials("offsite-test-key", "offsite-test-secret", null);

    private final Path directory;
    private final int port;
    private final Process process;

    private S3Server(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** Starts one with an empty bucket; ready when it returns. */
    public static S3Server start() throws Exception {
        Path directory = Files.createTempDirectory("s3-server");
        int port = FaultProxy.freePort();
        Path config = directory.resolve("s3proxy.conf");
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(
                config,
                String.join(
                        "\n",
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.identity=" + CREDENTIALS.keyId(),
                        "s3proxy.credential=" + CREDENTIALS.secret(),
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.identity=none",
                        "jclouds.credential=none",
                        "jclouds.filesystem.basedir=" + directory.resolve("data")));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        jar().toString(),
                        "--properties",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        S3Server server = new S3Server(directory, port, process);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(server::answers);
        try (S3AsyncClient client = server.client()) {
            client.createBucket(r -> r.bucket(BUCKET)).get(30, TimeUnit.SECONDS);
        }
        return server;
    }

    /** Where the build put it; it is not on the class path, where its dependencies would be in the way of ours. */
    private static Path jar() {
        String given = System.getProperty("s3proxy.jar", "target/s3proxy.jar");
        return Stream.of(Path.of(given), Path.of("../common/target/s3proxy.jar"), Path.of("common/target/s3proxy.jar"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no s3proxy.jar: run './mvnw -pl common process-test-resources' first, or set -Ds3proxy.jar"));
    }

    public int port() {
        return port;
    }

    /** A bare client, to look at and to change what the driver left there. */
    public S3AsyncClient client() throws Exception {
        return S3Clients.build(config(port, "", directory));
    }

    /**
     * How to reach it.
     *
     * @param port its own, or that of a proxy before it
     */
    public S3Config config(int port, String prefix, Path stateDir) {
        return config(port, prefix, CREDENTIALS, stateDir);
    }

    /** The same with another key. */
    public S3Config config(int port, String prefix, S3Config.Credentials credentials, Path stateDir) {
        return S3Config.of(
                        new S3Config.Place(BUCKET, "us-east-1", URI.create("http://127.0.0.1:" + port), true, prefix),
                        new S3Config.Access(credentials, null, null),
                        stateDir)
                // it writes to the name with 37 bytes behind it, and renames
                .with(new S3Config.Limits(3, 10_000, 5 << 20, 5 << 20, 255 - 37))
                .with(new S3Config.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(5)));
    }

    /** The file that holds an object. */
    public Path file(String key) {
        return directory.resolve("data").resolve(BUCKET).resolve(key);
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the S3 server ended: " + Files.readString(directory.resolve("log")));
        }
        try {
            HttpURLConnection http = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
            http.setConnectTimeout(500);
            http.setReadTimeout(5_000);
            return http.getResponseCode() > 0;
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly().waitFor();
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst =
                    files.sorted(java.util.Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        }
    }
}
