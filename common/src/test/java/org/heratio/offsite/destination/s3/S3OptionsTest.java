package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.Bandwidth.Slot;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.TestCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each object is given, and how the store is reached: as far as a request shows it. */
class S3OptionsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T03:15:00Z");

    @TempDir
    private Path temp;

    @Test
    void givesEachObjectItsClassEncryptionAndLock() throws Exception {
        S3Config.ObjectSettings objects = new S3Config.ObjectSettings(
                "STANDARD_IA",
                S3Config.Encryption.KMS,
                "alias/backups",
                new S3Config.Lock(S3Config.LockMode.GOVERNANCE, 30));
        for (int size : new int[] {1_000, 30_000}) {
            PutRequest request = payload(size);
            Map<String, String> seen = new ConcurrentHashMap<>();
            ScriptedStore.Script script = exchange -> {
                boolean whole = exchange.getRequestMethod().equals("PUT")
                        && exchange.getRequestURI().getQuery() == null;
                if (whole || "uploads".equals(exchange.getRequestURI().getQuery())) {
                    note(exchange.getRequestHeaders(), seen);
                }
                return answer(exchange.getRequestMethod(), exchange.getRequestURI(), request);
            };
            try (ScriptedStore store = new ScriptedStore(script);
                    S3Destination destination = new S3Destination(
                            config(URI.create("http://127.0.0.1:" + store.port()), null, null)
                                    .with(objects),
                            Clock.fixed(NOW, ZoneOffset.UTC),
                            RateLimit.NONE)) {
                destination.put(request);
            }
            assertThat(seen)
                    .containsEntry("x-amz-storage-class", "STANDARD_IA")
                    .containsEntry("x-amz-server-side-encryption", "aws:kms")
                    .containsEntry("x-amz-server-side-encryption-aws-kms-key-id", "alias/backups")
                    .containsEntry("x-amz-object-lock-mode", "GOVERNANCE")
                    .containsEntry("x-amz-object-lock-retain-until-date", "2026-12-24T03:15:00Z")
                    .containsEntry("x-amz-meta-sha256", request.sha256());
        }
    }

    @Test
    void keepsAllPartsTogetherToTheRate() throws Exception {
        PutRequest request = payload(192 << 10);
        RateLimit limit =
                new RateLimit(new Bandwidth(List.of(new Slot(LocalTime.MIDNIGHT, 64 << 10))), Clock.systemUTC());
        try (ScriptedStore store = new ScriptedStore(
                        exchange -> answer(exchange.getRequestMethod(), exchange.getRequestURI(), request));
                S3Destination destination = new S3Destination(
                        config(URI.create("http://127.0.0.1:" + store.port()), null, null), Clock.systemUTC(), limit)) {
            long begin = System.nanoTime();
            destination.put(request);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(2_500));
            assertThat(store.asked())
                    .filteredOn(asked -> asked.contains("partNumber"))
                    .hasSize(20);
        }
    }

    @Test
    void asksThroughTheProxy() throws Exception {
        PutRequest request = payload(1_000);
        String password = Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.US_ASCII));
        try (ScriptedStore store = new ScriptedStore(
                        exchange -> answer(exchange.getRequestMethod(), exchange.getRequestURI(), request));
                TunnelProxy proxy = new TunnelProxy(store.port(), "Basic " + password);
                S3Destination destination = new S3Destination(config(
                        URI.create("http://store.invalid:9000"),
                        null,
                        URI.create("http://user:secret@127.0.0.1:" + proxy.port())))) {
            destination.put(request);
            assertThat(proxy.asked()).isNotEmpty().allMatch(line -> line.startsWith("CONNECT store.invalid:9000 "));
        }
    }

    @Test
    void asksAProxyWithoutAPortAtThatOfItsScheme() {
        assertThat(S3Clients.port(URI.create("http://proxy"))).isEqualTo(80);
        assertThat(S3Clients.port(URI.create("https://user:secret@proxy"))).isEqualTo(443);
        assertThat(S3Clients.port(URI.create("http://proxy:3128"))).isEqualTo(3128);
    }

    @Test
    void trustsTheCaFileAndNobodyElse() throws Exception {
        TestCertificate certificate = TestCertificate.selfSigned(temp, "127.0.0.1");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.serving()));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
        URI endpoint = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
        try (S3Destination trusting = new S3Destination(config(endpoint, certificate.certificate(), null));
                S3Destination other = new S3Destination(config(endpoint, null, null))) {
            trusting.probe();
            assertThatThrownBy(other::probe)
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure().oneLine()).contains("BACKUP_OFFSITE_S3_CA_FILE"));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void saysWhichCaFileIsNone() throws Exception {
        Path empty = Files.createFile(temp.resolve("empty.pem"));
        assertThatThrownBy(() -> new S3Destination(config(URI.create("https://127.0.0.1"), empty, null)))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.DESTINATION_MISCONFIGURED));
    }

    private static void note(Headers headers, Map<String, String> seen) {
        headers.forEach((name, values) -> seen.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    }

    @Test
    void locksAfterwardsWhatTheStoreForgotToLock() throws Exception {
        assertThat(retentionSetFor(null)).singleElement().asString().contains("GOVERNANCE", "2026-12-24T03:15:00Z");
        assertThat(retentionSetFor(NOW.plus(Duration.ofDays(7)))).hasSize(1);
        assertThat(retentionSetFor(NOW.plus(Duration.ofDays(30)))).isEmpty();
    }

    @Test
    void acceptsNoObjectThatCannotBeLocked() throws Exception {
        PutRequest request = payload(30_000);
        AtomicBoolean may = new AtomicBoolean();
        ScriptedStore.Script script =
                exchange -> "retention".equals(exchange.getRequestURI().getQuery()) && !may.get()
                        ? Reply.error(403, "AccessDenied")
                        : answer(exchange.getRequestMethod(), exchange.getRequestURI(), request);
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = locking(store)) {
            assertFails(ErrorCode.DESTINATION_DENIED, () -> destination.put(request));
            assertFails(ErrorCode.DESTINATION_DENIED, () -> destination.accept(request));
            assertThatThrownBy(() -> destination.accept(request))
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure().hint()).contains("s3:PutObjectRetention"));
            may.set(true);
            store.asked().clear();
            destination.accept(request);
            assertThat(store.asked()).anyMatch(asked -> asked.endsWith("?retention"));
        }
    }

    private S3Destination locking(ScriptedStore store) throws FailureException {
        return new S3Destination(
                config(URI.create("http://127.0.0.1:" + store.port()), null, null)
                        .with(new S3Config.ObjectSettings(
                                null,
                                S3Config.Encryption.BUCKET_DEFAULT,
                                null,
                                new S3Config.Lock(S3Config.LockMode.GOVERNANCE, 30))),
                Clock.fixed(NOW, ZoneOffset.UTC),
                RateLimit.NONE);
    }

    /** Bodies of the requests that set a retention, when the store says that the object is locked until then. */
    private List<String> retentionSetFor(@Nullable Instant until) throws Exception {
        PutRequest request = payload(30_000);
        List<String> bodies = new CopyOnWriteArrayList<>();
        ScriptedStore.Script script = exchange -> {
            if ("retention".equals(exchange.getRequestURI().getQuery())) {
                bodies.add(body(exchange));
            }
            Reply reply = answer(exchange.getRequestMethod(), exchange.getRequestURI(), request);
            if (until == null || !exchange.getRequestMethod().equals("HEAD")) {
                return reply;
            }
            List<String> headers = new ArrayList<>(List.of(reply.headers()));
            headers.addAll(List.of("x-amz-object-lock-retain-until-date", until.toString()));
            return new Reply(200, "", headers.toArray(String[]::new));
        };
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = locking(store)) {
            destination.put(request);
        }
        return bodies;
    }

    private static String body(HttpExchange exchange) {
        try {
            return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reply answer(String method, URI uri, PutRequest request) {
        String tag = "\"0123456789abcdef0123456789abcdef\"";
        if (method.equals("POST")) {
            return new Reply(
                    200,
                    "uploads".equals(uri.getQuery())
                            ? "<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>"
                            : "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>");
        }
        return method.equals("PUT")
                ? new Reply(200, "", "ETag", tag)
                : new Reply(
                        200,
                        "",
                        "ETag",
                        tag,
                        "Content-Length",
                        Long.toString(request.size()),
                        "x-amz-meta-sha256",
                        request.sha256());
    }

    private PutRequest payload(int size) throws Exception {
        return new Payloads(Files.createTempDirectory(temp, "payloads"), "owner").request("a.gz", Payloads.bytes(size));
    }

    private S3Config config(URI endpoint, @Nullable Path caFile, @Nullable URI proxy) {
        return S3Config.of(
                        new S3Config.Place("bucket", "us-east-1", endpoint, true, "prefix"),
                        new S3Config.Access(new S3Config.Credentials("key", "secret", null), caFile, proxy),
                        temp.resolve("state"))
                .with(new S3Config.Limits(2, 1_000, 10_000, 10_000, 255))
                .with(new S3Config.Timeouts(HangLimit.STEP, HangLimit.STEP));
    }
}
