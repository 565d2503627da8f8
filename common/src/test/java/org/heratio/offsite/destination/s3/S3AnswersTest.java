package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.heratio.offsite.destination.s3.ScriptedStore.Script;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver makes of answers that a healthy store never gives. */
class S3AnswersTest {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource({
        "503, SlowDown, DESTINATION_BUSY",
        "429, TooManyRequests, DESTINATION_BUSY",
        "500, InternalError, DESTINATION_IO",
        "408, RequestTimeout, DESTINATION_IO",
        "507, InsufficientStorage, DESTINATION_FULL",
        "403, QuotaExceeded, DESTINATION_FULL",
        "403, AccessDenied, DESTINATION_DENIED",
        "403, SignatureDoesNotMatch, DESTINATION_DENIED",
        "400, ExpiredToken, DESTINATION_DENIED",
        "403, RequestTimeTooSkewed, DESTINATION_MISCONFIGURED",
        "404, NoSuchBucket, DESTINATION_MISCONFIGURED",
        "301, PermanentRedirect, DESTINATION_MISCONFIGURED",
        "400, BadDigest, DESTINATION_IO",
    })
    void classifiesWhatAStoreAnswers(int status, String code, ErrorCode expected) throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> Reply.error(status, code));
                S3Destination destination = destination(store)) {
            PutRequest request = payload(1000);
            assertFails(expected, () -> destination.put(request));
        }
    }

    @Test
    void namesTheWrongClock() throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> Reply.error(403, "RequestTimeTooSkewed"));
                S3Destination destination = destination(store)) {
            PutRequest request = payload(1000);
            assertThatThrownBy(() -> destination.put(request)).hasMessageContaining("clock of this host");
        }
    }

    @Test
    void takesNoPageOfHtmlForAnAnswer() throws Exception {
        Reply page = new Reply(200, "<html><body>Please log in</body></html>", "Content-Type", "text/html");
        try (ScriptedStore store = new ScriptedStore(request -> page);
                S3Destination destination = destination(store)) {
            PutRequest small = payload(1000);
            PutRequest large = payload(30_000);
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(small));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(large));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.stat("a.gz"));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.open("a.gz", 0));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.list(stored -> {}));
        }
    }

    @Test
    void goesOnWithoutChecksumsWhereAStoreRefusesThem() throws Exception {
        PutRequest request = payload(1000);
        Script old = exchange -> exchange.getRequestHeaders().containsKey("x-amz-checksum-crc32c")
                ? Reply.error(501, "NotImplemented")
                : healthy(exchange, request);
        try (ScriptedStore store = new ScriptedStore(old);
                S3Destination destination = destination(store)) {
            destination.put(request);
            destination.put(request);

            // the SDK asks a 501 once more or not; what counts is that the second put does not try again
            assertThat(store.asked()
                            .subList(store.asked().size() - 2, store.asked().size()))
                    .satisfiesExactly(
                            put -> assertThat(put).startsWith("PUT "),
                            head -> assertThat(head).startsWith("HEAD "));
        }
    }

    @Test
    void refusesAStoreThatKeepsTheFramingOfAnUpload() throws Exception {
        PutRequest request = payload(1000);
        Script framing = exchange -> exchange.getRequestMethod().equals("HEAD")
                ? new Reply(200, "", "ETag", "\"x\"", "Content-Length", "1085", "x-amz-meta-sha256", request.sha256())
                : healthy(exchange, request);
        try (ScriptedStore store = new ScriptedStore(framing);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
            assertThat(store.asked()).anyMatch(asked -> asked.startsWith("DELETE "));
        }
    }

    @Test
    void refusesAStoreThatDropsTheHash() throws Exception {
        PutRequest request = payload(1000);
        Script dropping = exchange -> exchange.getRequestMethod().equals("HEAD")
                ? new Reply(200, "", "ETag", "\"x\"", "Content-Length", "1000")
                : healthy(exchange, request);
        try (ScriptedStore store = new ScriptedStore(dropping);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
        }
    }

    @Test
    void readsFromAnOffsetWhereAStoreKnowsNoRanges() throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> new Reply(200, "0123456789", "ETag", "\"x\""));
                S3Destination destination = destination(store);
                var in = destination.open("a.gz", 7)) {
            assertThat(in.readAllBytes()).asString().isEqualTo("789");
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        S3Destination destination;
        try (ScriptedStore store = new ScriptedStore(request -> Reply.error(500, "InternalError"))) {
            destination = destination(store);
        }
        try (destination) {
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, destination::probe);
        }
    }

    private static Reply healthy(HttpExchange exchange, PutRequest request) {
        return switch (exchange.getRequestMethod()) {
            case "PUT" -> new Reply(200, "", "ETag", "\"0123456789abcdef0123456789abcdef\"");
            case "HEAD" ->
                new Reply(
                        200,
                        "",
                        "ETag",
                        "\"x\"",
                        "Content-Length",
                        Long.toString(request.size()),
                        "X-Amz-Meta-SHA256",
                        request.sha256());
            default -> new Reply(204, "");
        };
    }

    private PutRequest payload(int size) throws Exception {
        return new Payloads(Files.createTempDirectory(temp, "payloads"), "owner").request("a.gz", Payloads.bytes(size));
    }

    private S3Destination destination(ScriptedStore store) throws FailureException {
        var place = new S3Config.Place(
                "bucket", "us-east-1", URI.create("http://127.0.0.1:" + store.port()), true, "prefix");
        var access = new S3Config.Access(new S3Config.Credentials("key", "secret", null), null, null);
        return new S3Destination(S3Config.of(place, access, temp.resolve("state"))
                .with(new S3Config.Limits(2, 1_000, 10_000, 10_000, 255))
                .with(new S3Config.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(5))));
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void assertFails(ErrorCode code, Action action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(code));
    }
}
