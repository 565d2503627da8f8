package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.destination.Failing.assertFails;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.stage.ManualClock;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store that fails at one point and then works again: each put ends well, and nothing is given up on the way. */
class S3RecoveryTest {
    private static final int PART = ScriptedStore.PART;
    private static final Reply GATEWAY =
            new Reply(503, "<html><body>no healthy upstream</body></html>", "Content-Type", "text/html");

    @TempDir
    private Path temp;

    private final HealthyStore healthy = new HealthyStore();
    private final AtomicBoolean fails = new AtomicBoolean(true);
    private Payloads payloads;

    @BeforeEach
    void makePayloads() throws Exception {
        payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner");
    }

    @ParameterizedTest
    @CsvSource({
        "503, SlowDown, DESTINATION_BUSY",
        "429, TooManyRequests, DESTINATION_BUSY",
        "500, InternalError, DESTINATION_IO",
        "200, InternalError, DESTINATION_IO",
        "200, SlowDown, DESTINATION_BUSY",
        "502, BadGateway, DESTINATION_UNREACHABLE",
        "504, GatewayTimeout, DESTINATION_UNREACHABLE",
    })
    void takesUpAnUploadThatCouldNotBeCompleted(int status, String code, ErrorCode expected) throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(3 * PART));
        try (ScriptedStore store = failing(S3RecoveryTest::completes, Reply.error(status, code));
                S3Destination destination = destination(store)) {
            assertFails(expected, () -> destination.put(request));
            fails.set(false);
            store.asked().clear();
            destination.put(request);

            assertThat(store.asked()).noneMatch(asked -> asked.contains("partNumber="));
            assertThat(destination.stat("a.gz")).contains(new Stored("a.gz", request.size(), request.sha256()));
            assertThat(healthy.begun()).isOne();
        }
    }

    @Test
    void takesUpNoUploadOfWhichItsNoteIsLost() throws Exception {
        PutRequest first = payloads.request("a.gz", Payloads.bytes(3 * PART));
        byte[] bytes = Payloads.bytes(3 * PART);
        bytes[2 * PART] ^= 1;
        PutRequest second = payloads.request("a.gz", bytes);
        try (ScriptedStore store = failing(S3RecoveryTest::completes, Reply.error(500, "InternalError"));
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.put(first));
            try (var notes = Files.list(temp.resolve("state"))) {
                for (Path note : notes.toList()) {
                    Files.delete(note);
                }
            }
            fails.set(false);
            destination.put(second);

            assertThat(destination.stat("a.gz")).contains(new Stored("a.gz", second.size(), second.sha256()));
            assertThat(healthy.begun()).isEqualTo(2);
        }
    }

    @Test
    void beginsAnewWhatWasBegunWithOtherSettings() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(3 * PART));
        Map<String, String> last = new ConcurrentHashMap<>();
        ScriptedStore.Script script = exchange -> {
            if ("uploads".equals(exchange.getRequestURI().getQuery())
                    && exchange.getRequestMethod().equals("POST")) {
                Headers headers = exchange.getRequestHeaders();
                last.put("class", String.valueOf(headers.getFirst("x-amz-storage-class")));
                last.put("encryption", String.valueOf(headers.getFirst("x-amz-server-side-encryption")));
            }
            return fails.get() && completes(exchange) ? Reply.error(500, "InternalError") : healthy.to(exchange);
        };
        try (ScriptedStore store = new ScriptedStore(script)) {
            S3Config before = store.config(temp.resolve("state"));
            try (S3Destination destination = new S3Destination(before)) {
                assertFails(ErrorCode.DESTINATION_IO, () -> destination.put(request));
            }
            fails.set(false);
            S3Config after =
                    before.with(new S3Config.ObjectSettings("STANDARD_IA", S3Config.Encryption.AES256, null, null));
            try (S3Destination destination = new S3Destination(after)) {
                destination.put(request);
            }
        }
        assertThat(last).containsEntry("class", "STANDARD_IA").containsEntry("encryption", "AES256");
        assertThat(healthy.unfinished()).isZero();
    }

    @Test
    void abortsAnUploadWhoseIdIsLostWhenNobodyCanHaveJustBegunIt() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(3 * PART));
        // the upload is begun, and its id gets lost on the way
        ScriptedStore.Script script = exchange -> {
            Reply reply = healthy.to(exchange);
            boolean begins = exchange.getRequestMethod().equals("POST")
                    && HealthyStore.query(exchange).containsKey("uploads");
            return begins ? Reply.error(403, "AccessDenied") : reply;
        };
        try (ScriptedStore store = new ScriptedStore(script)) {
            try (S3Destination destination = destination(store)) {
                assertFails(ErrorCode.DESTINATION_DENIED, () -> destination.put(request));
                destination.removeAbandoned("owner", Set.of());
                assertThat(healthy.unfinished()).isOne();
            }
            Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));
            try (S3Destination destination =
                    new S3Destination(store.config(temp.resolve("state")), later, RateLimit.NONE)) {
                destination.removeAbandoned("owner", Set.of());
                assertThat(healthy.unfinished()).isZero();
            }
        }
        assertThat(temp.resolve("state")).isEmptyDirectory();
    }

    @Test
    void removesNotesThatNobodyCanRead() throws Exception {
        Path notes = Files.createDirectories(temp.resolve("state"));
        Path empty = Files.createFile(notes.resolve("1-a.upload"));
        Path kept = Files.write(notes.resolve("2-b.upload"), new byte[] {(byte) 0xff, '\n'});
        try (ScriptedStore store = failing(exchange -> true, GATEWAY);
                S3Destination destination = destination(store)) {
            destination.removeAbandoned("owner", Set.of("2-b"));
        }
        assertThat(empty).doesNotExist();
        assertThat(kept).exists();
    }

    @Test
    void looksWhoHasTheKeyWhenThePutIsCutInsteadOfRefused() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(1000));
        ScriptedStore.Script script = exchange -> {
            if (!exchange.getRequestMethod().equals("PUT")) {
                return healthy.to(exchange);
            }
            healthy.plant(
                    "/bucket/prefix/a.gz",
                    "theirs",
                    ObjectHeaders.INSTALLATION,
                    "other",
                    ObjectHeaders.TRANSFER,
                    "1-other");
            return Reply.CUT;
        };
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(request));
        }
        assertThat(healthy.content("/bucket/prefix/a.gz")).isEqualTo("theirs");
    }

    @Test
    void takesACutPutForAnOutageWhileTheKeyIsFree() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(1000));
        try (ScriptedStore store =
                        failing(exchange -> exchange.getRequestMethod().equals("PUT"), Reply.CUT);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request));
            fails.set(false);
            destination.put(request);
        }
    }

    @Test
    void takesAGatewayWithoutAStoreForAnOutage() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(1000));
        try (ScriptedStore store = failing(exchange -> true, GATEWAY);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.stat("a.gz"));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, destination::probe);
            fails.set(false);
            destination.probe();
            destination.put(request);
        }
    }

    @Test
    void asksInWordsWhyHeadIsRefused() throws Exception {
        try (ScriptedStore store = failing(exchange -> true, Reply.error(503, "SlowDown"));
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_BUSY, () -> destination.stat("a.gz"));
        }
        try (ScriptedStore store = failing(
                        exchange -> exchange.getRequestMethod().equals("HEAD"), Reply.error(400, "BadRequest"));
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.stat("a.gz"));
            assertFails(ErrorCode.DESTINATION_IO, destination::probe);
        }
    }

    /** As a role's do: the SDK fetches new ones by itself, here they are those that it had. */
    @Test
    void waitsForNewCredentialsWhenTheyExpireInTheMiddle() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(4 * PART));
        AtomicBoolean expired = new AtomicBoolean();
        ScriptedStore.Script script = exchange -> {
            expired.compareAndSet(
                    false, fails.get() && HealthyStore.query(exchange).containsValue("3"));
            return expired.get() ? Reply.error(400, "ExpiredToken") : healthy.to(exchange);
        };
        try (ScriptedStore store = new ScriptedStore(script);
                TemporaryKeys keys = new TemporaryKeys();
                S3Destination destination = new S3Destination(store.config(null, temp.resolve("state")))) {
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request));
            // what the breaker asks, and the next message
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, destination::probe);
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.stat("a.gz"));

            fails.set(false);
            expired.set(false);
            store.asked().clear();
            destination.probe();
            destination.put(request);

            assertThat(store.asked()).noneMatch(asked -> asked.contains("partNumber=1&"));
            assertThat(destination.stat("a.gz")).contains(new Stored("a.gz", request.size(), request.sha256()));
        }
    }

    @ParameterizedTest
    @CsvSource({"501, NotImplemented, 1000", "400, InvalidRequest, 1000", "400, InvalidRequest, 30000"})
    void leavesChecksumsOutOfEachRequestThatWasRefusedForThem(int status, String code, int size) throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        ScriptedStore.Script old = exchange -> {
            if (!exchange.getRequestHeaders().containsKey("x-amz-checksum-crc32c")) {
                return healthy.to(exchange);
            }
            both.countDown();
            await(both);
            return Reply.error(status, code);
        };
        try (ScriptedStore store = new ScriptedStore(old);
                S3Destination destination = destination(store)) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                Future<?> first = threads.submit(() -> destination.put(payloads.request("1.gz", Payloads.bytes(size))));
                Future<?> second =
                        threads.submit(() -> destination.put(payloads.request("2.gz", Payloads.bytes(size))));
                first.get(HangLimit.SECONDS, TimeUnit.SECONDS);
                second.get(HangLimit.SECONDS, TimeUnit.SECONDS);
            } finally {
                threads.shutdownNow();
            }
            assertThat(healthy.unfinished()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"1000", "30000"})
    void keepsChecksumsWhereSomethingElseIsRefused(int size) throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(size));
        AtomicInteger without = new AtomicInteger();
        AtomicInteger with = new AtomicInteger();
        // as a store that knows no Object Lock
        ScriptedStore.Script script = exchange -> {
            if (exchange.getRequestMethod().equals("GET")
                    || exchange.getRequestMethod().equals("HEAD")) {
                return healthy.to(exchange);
            }
            Headers headers = exchange.getRequestHeaders();
            boolean sums =
                    headers.containsKey("x-amz-checksum-crc32c") || headers.containsKey("x-amz-checksum-algorithm");
            (sums ? with : without).incrementAndGet();
            return Reply.error(501, "NotImplemented");
        };
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
            int tries = with.get();
            assertThat(without).hasPositiveValue();
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
            assertThat(with).hasValueGreaterThan(tries);
        }
    }

    @Test
    void takesNoNumberOfAPartForAChecksum() throws Exception {
        Reply refusal = new Reply(
                400,
                "<Error><Code>InvalidArgument</Code>"
                        + "<Message>Part number must be an integer between 1 and 1000, inclusive</Message></Error>");
        PutRequest request = payloads.request("checksums.gz", Payloads.bytes(3 * PART));
        try (ScriptedStore store =
                        failing(exchange -> HealthyStore.query(exchange).containsKey("partNumber"), refusal);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
            assertThat(healthy.begun()).isOne();
            assertThat(healthy.unfinished()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"403, AccessDenied", "501, NotImplemented"})
    void beginsAnewWhereUnfinishedUploadsMayNotBeListed(int status, String code) throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(3 * PART));
        try (ScriptedStore store = failing(S3RecoveryTest::listsUploads, Reply.error(status, code));
                S3Destination destination = destination(store)) {
            destination.put(request);
            assertThat(destination.stat("a.gz")).contains(new Stored("a.gz", request.size(), request.sha256()));
        }
    }

    @Test
    void looksNoFurtherWhereAListingOfUploadsDoesNotGoOn() throws Exception {
        Reply same = new Reply(
                200,
                "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
                        + "<NextUploadIdMarker>u</NextUploadIdMarker></ListMultipartUploadsResult>");
        try (ScriptedStore store = failing(S3RecoveryTest::listsUploads, same);
                S3Destination destination = destination(store)) {
            destination.put(payloads.request("a.gz", Payloads.bytes(3 * PART)));
            assertThat(store.asked())
                    .filteredOn(asked -> asked.contains("uploads"))
                    .hasSizeLessThan(5);
        }
    }

    @Test
    void takesNothingUpFromAStoreThatWasLeftAndKeepsItsNotesForAWhileOnly() throws Exception {
        ManualClock clock = new ManualClock();
        Path state = temp.resolve("state");
        PutRequest goesOn = payloads.request("a.gz", Payloads.bytes(3 * PART));
        PutRequest ended = payloads.request("b.gz", Payloads.bytes(3 * PART));
        HealthyStore next = new HealthyStore();
        try (ScriptedStore left = failing(S3RecoveryTest::completes, Reply.error(503, "SlowDown"));
                S3Destination before = new S3Destination(left.config(state), clock, RateLimit.NONE);
                ScriptedStore store = new ScriptedStore(next);
                S3Destination now = new S3Destination(store.config(state), clock, RateLimit.NONE)) {
            assertFails(ErrorCode.DESTINATION_BUSY, () -> before.put(goesOn));
            assertFails(ErrorCode.DESTINATION_BUSY, () -> before.put(ended));
            left.asked().clear();

            now.put(goesOn);
            assertThat(now.stat("a.gz")).contains(new Stored("a.gz", goesOn.size(), goesOn.sha256()));
            assertThat(next.begun()).isOne();
            assertThat(notes(state)).as("of what was not put here").hasSize(1);

            now.removeAbandoned("owner", Set.of());
            assertThat(notes(state)).as("the store may come back").hasSize(1);
            clock.advance(Duration.ofDays(8));
            now.removeAbandoned("owner", Set.of());
            assertThat(notes(state)).isEmpty();
            assertThat(left.asked()).isEmpty();
        }
    }

    private static List<Path> notes(Path state) throws Exception {
        try (Stream<Path> files = Files.walk(state)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static boolean listsUploads(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET")
                && HealthyStore.query(exchange).containsKey("uploads");
    }

    private static boolean completes(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("POST")
                && HealthyStore.query(exchange).containsKey("uploadId");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(HangLimit.SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers so what is asked for, as long as it fails. */
    private ScriptedStore failing(Predicate<HttpExchange> what, Reply reply) throws Exception {
        return new ScriptedStore(exchange -> fails.get() && what.test(exchange) ? reply : healthy.to(exchange));
    }

    /** What the SDK's default chain finds first. */
    private static final class TemporaryKeys implements AutoCloseable {
        private static final List<String> NAMES = List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.sessionToken");

        TemporaryKeys() {
            NAMES.forEach(name -> System.setProperty(name, "temporary"));
        }

        @Override
        public void close() {
            NAMES.forEach(System::clearProperty);
        }
    }

    private S3Destination destination(ScriptedStore store) throws FailureException {
        return new S3Destination(store.config(temp.resolve("state")));
    }
}
