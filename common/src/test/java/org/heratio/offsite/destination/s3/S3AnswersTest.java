package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.heratio.offsite.destination.Failing.assertFails;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.heratio.offsite.destination.s3.ScriptedStore.Script;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What the driver makes of answers that a healthy store never gives. */
class S3AnswersTest {
    private static final String TAG = "\"0123456789abcdef0123456789abcdef\"";

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
    void tellsACopyInAnArchiveTierFromOneThatMayNotBeRead() throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> Reply.error(403, "InvalidObjectState"));
                S3Destination destination = destination(store)) {
            assertThatThrownBy(() -> destination.open("a.gz", 0, Long.MAX_VALUE))
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_ARCHIVED);
                        assertThat(e.failure().hint()).contains("archive tier");
                    });
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
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.open("a.gz", 0, Long.MAX_VALUE));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.list(stored -> {}));
        }
    }

    @Test
    void asksOnceWhereNothingHasTheName() throws Exception {
        try (ScriptedStore store = new ScriptedStore(exchange -> Reply.error(404, "NoSuchKey"));
                S3Destination destination = destination(store)) {
            assertThat(destination.look("a.gz")).isEmpty();
            assertThat(store.asked()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"404, NoSuchBucket", "404, ''"})
    void callsNoNameFreeWhoseBucketMayBeMissing(int status, String code) throws Exception {
        Reply reply = code.isEmpty() ? new Reply(status, "") : Reply.error(status, code);
        try (ScriptedStore store = new ScriptedStore(exchange -> reply);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.look("a.gz"));
        }
    }

    @ParameterizedTest
    @CsvSource({"403, InvalidObjectState", "416, InvalidRange"})
    void looksAtObjectsWhoseBytesCannotBeRead(int status, String code) throws Exception {
        PutRequest request = payload(1000);
        Script cold = exchange ->
                exchange.getRequestMethod().equals("GET") ? Reply.error(status, code) : healthy(exchange, request);
        try (ScriptedStore store = new ScriptedStore(cold);
                S3Destination destination = destination(store)) {
            assertThat(destination.look("a.gz").orElseThrow().copy())
                    .isEqualTo(new Stored("a.gz", request.size(), request.sha256()));
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
                ? new Reply(200, "", "ETag", TAG, "Content-Length", "1000")
                : healthy(exchange, request);
        try (ScriptedStore store = new ScriptedStore(dropping);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
        }
    }

    @Test
    void leavesAloneWhatAStrangerPutAtTheNameAMomentLater() throws Exception {
        PutRequest request = payload(1000);
        Script stranger = exchange -> exchange.getRequestMethod().equals("HEAD")
                ? new Reply(200, "", "ETag", "\"of-something-else\"", "Content-Length", "5")
                : healthy(exchange, request);
        try (ScriptedStore store = new ScriptedStore(stranger);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.put(request));
            assertThat(store.asked()).noneMatch(asked -> asked.startsWith("DELETE "));
        }
    }

    @Test
    void callsNoObjectOfItsOwnReplacedByAnother() throws Exception {
        PutRequest request = payload(1000);
        Script wrong = exchange -> exchange.getRequestMethod().equals("HEAD")
                ? new Reply(200, "", "ETag", TAG, "Content-Length", "1000", "x-amz-meta-sha256", "ab".repeat(32))
                : healthy(exchange, request);
        try (ScriptedStore store = new ScriptedStore(wrong);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.put(request));
            assertThat(store.asked()).anyMatch(asked -> asked.startsWith("DELETE "));
        }
    }

    @Test
    void readsFromAnOffsetWhereAStoreKnowsNoRanges() throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> new Reply(200, "0123456789", "ETag", "\"x\""));
                S3Destination destination = destination(store);
                var in = destination.open("a.gz", 7, Long.MAX_VALUE)) {
            assertThat(in.readAllBytes()).asString().isEqualTo("789");
        }
    }

    @Test
    void listsAllOfTenThousandPageByPage() throws Exception {
        Script pages = exchange -> {
            int from = Integer.parseInt(HealthyStore.query(exchange).getOrDefault("continuation-token", "0"));
            StringBuilder page = new StringBuilder("<ListBucketResult><Name>bucket</Name>");
            for (int i = from; i < from + 1_000; i++) {
                page.append("<Contents><Key>prefix/" + i + ".gz</Key><Size>" + i + "</Size></Contents>");
            }
            boolean more = from < 9_000;
            page.append("<IsTruncated>" + more + "</IsTruncated>");
            page.append(more ? "<NextContinuationToken>" + (from + 1_000) + "</NextContinuationToken>" : "");
            return new Reply(200, page + "</ListBucketResult>");
        };
        Set<Stored> listed = new HashSet<>();
        try (ScriptedStore store = new ScriptedStore(pages);
                S3Destination destination = destination(store)) {
            destination.list(listed::add);
        }
        assertThat(listed).hasSize(10_000).contains(new Stored("9999.gz", 9_999, null));
    }

    @Test
    void takesNoPartOfAListingForAllOfIt() throws Exception {
        Reply cut = new Reply(
                200, "<ListBucketResult><Name>bucket</Name><IsTruncated>true</IsTruncated></ListBucketResult>");
        try (ScriptedStore store = new ScriptedStore(exchange -> cut);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.list(stored -> {}));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, DESTINATION_DENIED",
        "507, DESTINATION_FULL",
        "500, DESTINATION_IO",
        "503, DESTINATION_UNREACHABLE"
    })
    void anEndlessErrorIsClassifiedByItsStatus(int status, ErrorCode expected) throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> Reply.endless(status));
                S3Destination destination = destination(store)) {
            PutRequest request = payload(1000);
            assertFails(expected, () -> destination.list(stored -> {}));
            assertFails(expected, () -> destination.open("a.gz", 0, 5_000));
            assertFails(expected, () -> destination.put(request));
        }
    }

    @Test
    void anErrorOfATebibyteIsNotReadToItsEnd() throws Exception {
        HealthyStore healthy = new HealthyStore();
        Script script = request ->
                request.getRequestMethod().equals("PUT") ? Reply.endless(400, Reply.SIZED, "yes") : healthy.to(request);
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            PutRequest request = payload(1000);
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
            await().atMost(HangLimit.STEP).until(() -> store.endless() == 0);
        }
    }

    @Test
    void anEndlessAnswerIsAFailure() throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> Reply.endless(200));
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.list(stored -> {}));
            assertFails(ErrorCode.DESTINATION_IO, destination::installations);
        }
    }

    @Test
    void anEndlessObjectEndsBehindTheLastByteThatIsExpected() throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> Reply.endless(200, "ETag", TAG));
                S3Destination destination = destination(store);
                InputStream in = destination.open("a.gz", 0, 5_000)) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            assertThatThrownBy(() -> in.transferTo(read))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(CopyStream.isTooLong(e))
                                    .as(e.toString())
                                    .isTrue());
            assertThat(read.size()).isEqualTo(5_000);
        }
    }

    @Test
    void anEndlessListingEnds() throws Exception {
        AtomicInteger page = new AtomicInteger();
        Script endless = exchange -> new Reply(
                200,
                "<ListBucketResult><Name>bucket</Name><IsTruncated>true</IsTruncated><NextContinuationToken>"
                        + page.incrementAndGet() + "</NextContinuationToken></ListBucketResult>");
        try (ScriptedStore store = new ScriptedStore(endless);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.list(stored -> {}));
        }
    }

    @Test
    void aKeyOutsideThePrefixIsPassedOver() throws Exception {
        String id = "/.offsite/installations/";
        Script odd = exchange -> {
            StringBuilder page = new StringBuilder("<ListBucketResult><Name>bucket</Name>");
            for (String key : List.of("x", "other/a.gz", "prefix/../b.gz", "prefix/c.gz", "prefix" + id + "mine")) {
                page.append("<Contents><Key>" + key + "</Key><Size>1</Size></Contents>");
            }
            return new Reply(200, page + "<IsTruncated>false</IsTruncated></ListBucketResult>", "ETag", TAG);
        };
        Set<String> listed = new HashSet<>();
        try (ScriptedStore store = new ScriptedStore(odd);
                S3Destination destination = destination(store)) {
            destination.list(stored -> listed.add(stored.name()));
            assertThat(destination.installations()).extracting(Installation::id).containsExactly("mine");
        }
        assertThat(listed).containsExactly("c.gz");
    }

    @Test
    void namesTheBucketWhereThereIsNoPrefix() throws Exception {
        try (ScriptedStore store = new ScriptedStore(request -> Reply.error(403, "AccessDenied"))) {
            S3Config config = store.config(temp.resolve("state"));
            var place = new S3Config.Place("bucket", "us-east-1", config.place().endpoint(), true, "");
            try (S3Destination destination = new S3Destination(S3Config.of(place, config.access(), temp))) {
                assertThatThrownBy(() -> destination.list(stored -> {}))
                        .hasMessageContaining("listing the bucket bucket at http");
            }
        }
    }

    /** Many at once: the SDK can lose a refused connection, and tell of it as late as a pool that has none to give. */
    @Test
    void saysEachTimeThatNobodyListens() throws Exception {
        ExecutorService asking = Executors.newCachedThreadPool();
        try {
            var refusals = asking.invokeAll(Collections.<Callable<Failure>>nCopies(20, this::refusal));
            for (Future<Failure> refusal : refusals) {
                assertThat(refusal.get().reason()).contains("Connection refused");
                assertThat(refusal.get().code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
                assertThat(refusal.get().hint()).contains("does the store run");
            }
        } finally {
            asking.shutdownNow();
        }
    }

    private Failure refusal() throws Exception {
        try (S3Destination destination = new S3Destination(atNoStore())) {
            return catchThrowableOfType(FailureException.class, destination::probe)
                    .failure();
        }
    }

    @Test
    void saysWhatToLookAtWhereNoConnectionCameInTime() {
        var waited = SdkClientException.create("no connection", new TimeoutException("Acquire operation took longer"));
        assertThat(new S3Failures(atNoStore()).of("listing", waited).failure().hint())
                .contains("does the store run");
    }

    private S3Config atNoStore() {
        // no port that was free a moment ago: another may have it by now
        var place = new S3Config.Place("bucket", "us-east-1", URI.create("http://127.0.0.1:1"), true, "");
        var access = new S3Config.Access(new S3Config.Credentials("key", "secret", null), null, null);
        return S3Config.of(place, access, temp);
    }

    private static Reply healthy(HttpExchange exchange, PutRequest request) {
        return switch (exchange.getRequestMethod()) {
            case "PUT" -> new Reply(200, "", "ETag", TAG);
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
        return new S3Destination(store.config(temp.resolve("state")));
    }
}
