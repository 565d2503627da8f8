package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Images;
import org.heratio.offsite.testing.ServerContainer;
import org.heratio.offsite.testing.ServerHost;
import org.heratio.offsite.testing.ServerProcess;
import org.testcontainers.containers.MinIOContainer;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real S3 server with signatures on: MinIO in a container where Docker is, else S3Proxy as a process of its own. */
public final class S3Server implements AutoCloseable {
    /** The bucket that is there from the start. */
    public static final String BUCKET = "backups";

    /** The only key that it knows. */
    public static final S3Config.Credentials CREDENTIALS =
            new S3Config.Credentials("offsite-test-key", "offsite-test-secret", null);

    private static final S3Config.Timeouts PATIENT = new S3Config.Timeouts(HangLimit.STEP, HangLimit.STEP);
    // for a proxy, which lets connections stall
    private static final S3Config.Timeouts IMPATIENT =
            new S3Config.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(5));

    private final int port;
    private final ServerHost host;

    private S3Server(int port, ServerHost host) {
        this.port = port;
        this.host = host;
    }

    /** Starts one with an empty bucket; ready when it returns. */
    public static S3Server start() throws Exception {
        int port = ServerProcess.freePort();
        S3Server server = new S3Server(port, ServerContainer.wanted() ? container(port) : process(port));
        boolean started = false;
        try {
            server.host.start(server::answers);
            try (S3AsyncClient client = server.client()) {
                client.createBucket(r -> r.bucket(BUCKET)).get(HangLimit.SECONDS, TimeUnit.SECONDS);
            }
            started = true;
            return server;
        } finally {
            if (!started) {
                server.close();
            }
        }
    }

    private static ServerHost container(int port) {
        MinIOContainer container = new MinIOContainer(Images.MINIO)
                .withUserName(CREDENTIALS.keyId())
                .withPassword(CREDENTIALS.secret());
        return new ServerContainer(container, Map.of(port, 9000));
    }

    private static ServerHost process(int port) throws IOException {
        ServerProcess process = ServerProcess.of(
                "s3",
                directory -> List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        // it starts quickly: no test is about its speed
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-jar",
                        jar().toString(),
                        "--properties",
                        directory.resolve("s3proxy.conf").toString()));
        Path data = Files.createDirectory(process.directory().resolve("data"));
        Files.writeString(
                process.directory().resolve("s3proxy.conf"),
                String.join(
                        "\n",
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.identity=" + CREDENTIALS.keyId(),
                        "s3proxy.credential=" + CREDENTIALS.secret(),
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.identity=none",
                        "jclouds.credential=none",
                        "jclouds.filesystem.basedir=" + data));
        return process;
    }

    /** Where the build put it; it is not on the class path, where its dependencies would be in the way of ours. */
    private static Path jar() {
        String given = System.getProperty("s3proxy.jar", "target/s3proxy.jar");
        return Stream.of(Path.of(given), Path.of("../common/target/s3proxy.jar"), Path.of("common/target/s3proxy.jar"))
                .filter(Files::exists)
                .map(Path::toAbsolutePath)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no s3proxy.jar: run './mvnw -pl common process-test-resources' first, or set -Ds3proxy.jar"));
    }

    public int port() {
        return port;
    }

    /** A bare client, to look at and to change what the driver left there. */
    public S3AsyncClient client() throws Exception {
        return S3Clients.build(config(port, "", Path.of(System.getProperty("java.io.tmpdir"))));
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
                .with(port == this.port ? PATIENT : IMPATIENT);
    }

    /** The keys of all objects that begin so. */
    public Set<String> keys(String prefix) throws Exception {
        Set<String> keys = new TreeSet<>();
        try (S3AsyncClient client = client()) {
            client.listObjectsV2Paginator(r -> r.bucket(BUCKET).prefix(prefix))
                    .contents()
                    .map(S3Object::key)
                    .subscribe(keys::add)
                    .get(HangLimit.SECONDS, TimeUnit.SECONDS);
        }
        return keys;
    }

    /** The keys of unfinished multipart uploads. */
    public Set<String> uploads() throws Exception {
        Set<String> keys = new TreeSet<>();
        try (S3AsyncClient client = client()) {
            client.listMultipartUploadsPaginator(r -> r.bucket(BUCKET))
                    .uploads()
                    .map(MultipartUpload::key)
                    .subscribe(keys::add)
                    .get(HangLimit.SECONDS, TimeUnit.SECONDS);
        }
        return keys;
    }

    /** Bytes of an object. */
    public long size(String key) throws Exception {
        try (S3AsyncClient client = client()) {
            return client.headObject(r -> r.bucket(BUCKET).key(key))
                    .get(HangLimit.SECONDS, TimeUnit.SECONDS)
                    .contentLength();
        }
    }

    public void delete(String key) throws Exception {
        try (S3AsyncClient client = client()) {
            client.deleteObject(r -> r.bucket(BUCKET).key(key)).get(HangLimit.SECONDS, TimeUnit.SECONDS);
        }
    }

    /** As a disk of the store would: one byte in the middle is another, and what the upload said of the object stays. */
    public void flipAByte(String key) throws Exception {
        try (S3AsyncClient client = client()) {
            var object = client.getObject(r -> r.bucket(BUCKET).key(key), AsyncResponseTransformer.toBytes())
                    .get(HangLimit.SECONDS, TimeUnit.SECONDS);
            byte[] bytes = object.asByteArray();
            bytes[bytes.length / 2] ^= 1;
            Map<String, String> metadata = new HashMap<>(object.response().metadata());
            client.putObject(r -> r.bucket(BUCKET).key(key).metadata(metadata), AsyncRequestBody.fromBytes(bytes))
                    .get(HangLimit.SECONDS, TimeUnit.SECONDS);
        }
    }

    private boolean answers() throws IOException {
        try {
            HttpURLConnection http = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
            http.setConnectTimeout(500);
            http.setReadTimeout(5_000);
            return http.getResponseCode() < 500;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        host.remove();
    }
}
