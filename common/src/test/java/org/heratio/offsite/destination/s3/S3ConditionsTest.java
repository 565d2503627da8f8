package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.destination.Failing.assertFails;

import com.sun.net.httpserver.HttpExchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.heratio.offsite.destination.s3.ScriptedStore.Script;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A put and a store that does not check conditions, refuses them, or loses an answer: no copy of another installation is replaced. */
class S3ConditionsTest {
    private static final String PATH = "/bucket/prefix/a.gz";
    private static final Installation SELF = new Installation("owner", "db1.example.org");

    @TempDir
    private Path temp;

    private final HealthyStore healthy = new HealthyStore();
    private final AtomicBoolean once = new AtomicBoolean(true);
    private Payloads payloads;

    @BeforeEach
    void makePayloads() throws Exception {
        payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner");
    }

    @ParameterizedTest
    @CsvSource({"1000, true", "1000, false", "30000, true", "30000, false"})
    void leavesTheCopyOfAnotherWhereAStoreIgnoresConditions(int size, boolean announces) throws Exception {
        healthy.ignoringConditions();
        plantTheirs();
        try (ScriptedStore store = new ScriptedStore(healthy);
                S3Destination destination = destination(store)) {
            if (announces) {
                assertThat(destination.announce(SELF)).isFalse();
            }
            PutRequest request = request(size);

            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(request));

            assertThat(healthy.content(PATH)).isEqualTo("theirs");
            assertThat(healthy.unfinished()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 30_000})
    void saysThatAnotherPutItsCopyOverOursWhereAStoreIgnoresConditions(int size) throws Exception {
        healthy.ignoringConditions();
        Script script = exchange -> {
            Reply reply = healthy.to(exchange);
            if (writes(exchange)) {
                plantTheirs();
            }
            return reply;
        };
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(request(size)));
            assertThat(healthy.content(PATH)).isEqualTo("theirs");
        }
    }

    /** As Swift does, which knows no checksums in headers either. */
    @ParameterizedTest
    @CsvSource({"1000, true", "1000, false", "30000, true", "30000, false"})
    void putsWhereAStoreRefusesConditions(int size, boolean announces) throws Exception {
        Script script = exchange -> hasCondition(exchange) || hasChecksum(exchange)
                ? Reply.error(501, "NotImplemented")
                : healthy.to(exchange);
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            if (announces) {
                assertThat(destination.announce(SELF)).isFalse();
                assertThat(destination.installations()).containsExactly(SELF);
            }
            putsAndReplaces(destination, size);

            plantTheirs();
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(request(size)));
            assertThat(healthy.content(PATH)).isEqualTo("theirs");
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 501", "30000, 501", "1000, 412", "30000, 412"})
    void replacesItsOwnWhereAStoreChecksNoETag(int size, int status) throws Exception {
        Script script = exchange -> exchange.getRequestHeaders().containsKey("If-Match")
                ? Reply.error(status, status == 412 ? "PreconditionFailed" : "NotImplemented")
                : healthy.to(exchange);
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertThat(destination.announce(SELF)).isTrue();
            putsAndReplaces(destination, size);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 30_000})
    void looksAgainAfterAConflict(int size) throws Exception {
        Script script = exchange -> writes(exchange) && hasCondition(exchange) && once.getAndSet(false)
                ? Reply.error(409, "ConditionalRequestConflict")
                : healthy.to(exchange);
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            PutRequest request = request(size);
            destination.put(request);
            assertStored(destination, request);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 30_000})
    void givesUpForNowWhereConflictsDoNotEnd(int size) throws Exception {
        Script script =
                exchange -> writes(exchange) ? Reply.error(409, "ConditionalRequestConflict") : healthy.to(exchange);
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_BUSY, () -> destination.put(request(size)));
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, true", "1000, false", "30000, true", "30000, false"})
    void knowsItsOwnObjectAfterALostAnswer(int size, boolean announces) throws Exception {
        try (ScriptedStore store = new ScriptedStore(losing(S3ConditionsTest::writes));
                S3Destination destination = destination(store)) {
            if (announces) {
                assertThat(destination.announce(SELF)).isTrue();
            }
            PutRequest request = Payloads.replacingOnlyItsOwn(request(size));

            destination.put(request);

            assertStored(destination, request);
            assertThat(healthy.begun()).isEqualTo(size > ScriptedStore.PART ? 1 : 0);
        }
    }

    /** The metadata of what rotted say that it is what the put would make. */
    @ParameterizedTest
    @CsvSource({"1000, true", "1000, false", "30000, true", "30000, false"})
    void putsTheSamePayloadOfTheSameTransferAgain(int size, boolean announces) throws Exception {
        PutRequest request = Payloads.replacingOnlyItsOwn(request(size));
        try (ScriptedStore store = new ScriptedStore(healthy);
                S3Destination destination = destination(store)) {
            if (announces) {
                assertThat(destination.announce(SELF)).isTrue();
            }
            destination.put(request);
            healthy.plant(
                    PATH,
                    "x".repeat(size),
                    "sha256",
                    request.sha256(),
                    "offsite-installation",
                    "owner",
                    "offsite-transfer",
                    request.transferId());

            destination.put(request);

            assertThat(healthy.content(PATH)).isNotEqualTo("x".repeat(size));
            assertStored(destination, request);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 30_000})
    void losesTheRaceToAnotherThatPutsBetweenTheLookAndTheWrite(int size) throws Exception {
        Script script = exchange -> {
            if (writes(exchange)) {
                plantTheirs();
            }
            return healthy.to(exchange);
        };
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(request(size)));
            assertThat(healthy.content(PATH)).isEqualTo("theirs");
            assertThat(healthy.unfinished()).isZero();
        }
        assertThat(temp.resolve("state").toFile().list()).isNullOrEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 30_000})
    void putsWhereTheCopyThatItWouldReplaceIsDeletedMeanwhile(int size) throws Exception {
        healthy.plant(PATH, "untagged");
        Script script = exchange -> {
            if (writes(exchange) && once.getAndSet(false)) {
                healthy.remove(PATH);
            }
            return healthy.to(exchange);
        };
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            PutRequest request = request(size);
            destination.put(request);
            assertStored(destination, request);
        }
    }

    @Test
    void deletesNoObjectThatAnotherPutMeanwhile() throws Exception {
        PutRequest request = request(1_000);
        AtomicBoolean written = new AtomicBoolean();
        Script mangling = exchange -> {
            if (exchange.getRequestMethod().equals("HEAD") && written.get() && once.getAndSet(false)) {
                plantTheirs();
                return new Reply(
                        200, "", "ETag", "\"mangled\"", "Content-Length", "5", "x-amz-meta-sha256", request.sha256());
            }
            written.compareAndSet(false, writes(exchange));
            return healthy.to(exchange);
        };
        try (ScriptedStore store = new ScriptedStore(mangling);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
            assertThat(store.asked()).anyMatch(asked -> asked.startsWith("DELETE "));
            assertThat(healthy.content(PATH)).isEqualTo("theirs");
        }
    }

    @Test
    void sendsNoPartToANameThatIsTaken() throws Exception {
        plantTheirs();
        try (ScriptedStore store = new ScriptedStore(healthy);
                S3Destination destination = destination(store)) {
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(request(30_000)));
            assertThat(healthy.begun()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"not/an/id, transfer-1", "owner, ''", "owner, a b"})
    void takesMetadataThatAreNoTagForNone(String installation, String transfer) throws Exception {
        healthy.plant(PATH, "x", "OFFSITE-INSTALLATION", installation, "Offsite-Transfer", transfer);
        try (ScriptedStore store = new ScriptedStore(healthy);
                S3Destination destination = destination(store)) {
            assertThat(destination.look("a.gz").orElseThrow().tag()).isNull();
            healthy.plant(PATH, "x", "OFFSITE-INSTALLATION", "other", "Offsite-Transfer", "1-a");
            assertThat(destination.look("a.gz").orElseThrow().tag()).isEqualTo(new OwnerTag("other", "1-a"));
        }
    }

    @Test
    void asksOnceForEachSmallPutWhereTheStoreIsKnownToCheckAndToKeep() throws Exception {
        try (ScriptedStore store = new ScriptedStore(healthy);
                S3Destination destination = destination(store)) {
            destination.announce(SELF);
            assertThat(methodsOf(store, () -> destination.put(request("first.gz", 1_000))))
                    .containsExactly("PUT", "HEAD");
            assertThat(methodsOf(store, () -> destination.put(request("second.gz", 2_000))))
                    .containsExactly("PUT");
        }
    }

    @Test
    void looksAtEachSmallPutWhereTheStoreIsNotKnownToCheck() throws Exception {
        healthy.ignoringConditions();
        try (ScriptedStore store = new ScriptedStore(healthy);
                S3Destination destination = destination(store)) {
            destination.announce(SELF);
            destination.put(request("first.gz", 1_000));
            assertThat(methodsOf(store, () -> destination.put(request("second.gz", 2_000))))
                    .startsWith("HEAD")
                    .endsWith("PUT", "HEAD");
        }
    }

    /** Encrypted by the store, for example: its answer says nothing of the bytes. */
    @Test
    void looksAtEachSmallPutWhoseETagIsNoMd5() throws Exception {
        Script otherETags = exchange -> {
            Reply reply = healthy.to(exchange);
            return exchange.getRequestMethod().equals("PUT") && reply.status() == 200 ? new Reply(200, "") : reply;
        };
        try (ScriptedStore store = new ScriptedStore(otherETags);
                S3Destination destination = destination(store)) {
            destination.announce(SELF);
            destination.put(request("first.gz", 1_000));
            assertThat(methodsOf(store, () -> destination.put(request("second.gz", 2_000))))
                    .containsExactly("PUT", "HEAD");
        }
    }

    private static List<String> methodsOf(ScriptedStore store, Calls calls) throws Exception {
        store.asked().clear();
        calls.run();
        return store.asked().stream()
                .map(asked -> asked.substring(0, asked.indexOf(' ')))
                .toList();
    }

    private interface Calls {
        void run() throws Exception;
    }

    private void putsAndReplaces(S3Destination destination, int size) throws Exception {
        for (int i = 0; i < 2; i++) {
            PutRequest request = Payloads.replacingOnlyItsOwn(request(size + i));
            destination.put(request);
            assertStored(destination, request);
        }
    }

    private static void assertStored(S3Destination destination, PutRequest request) throws Exception {
        assertThat(destination.look("a.gz"))
                .contains(new Occupant(new Stored("a.gz", request.size(), request.sha256()), OwnerTag.of(request)));
    }

    /** Does the first of such requests, and then answers that it failed. */
    private Script losing(Predicate<HttpExchange> what) {
        return exchange -> {
            Reply reply = healthy.to(exchange);
            return what.test(exchange) && once.getAndSet(false) ? Reply.error(500, "InternalError") : reply;
        };
    }

    /** Returns whether the request gives the copy its key. */
    private static boolean writes(HttpExchange exchange) {
        boolean copy = exchange.getRequestURI().getPath().equals(PATH);
        return copy
                && switch (exchange.getRequestMethod()) {
                    case "PUT" -> exchange.getRequestURI().getQuery() == null;
                    case "POST" -> HealthyStore.query(exchange).containsKey("uploadId");
                    default -> false;
                };
    }

    private static boolean hasCondition(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("If-None-Match")
                || exchange.getRequestHeaders().containsKey("If-Match");
    }

    private static boolean hasChecksum(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("x-amz-checksum-crc32c")
                || exchange.getRequestHeaders().containsKey("x-amz-checksum-algorithm");
    }

    private void plantTheirs() {
        healthy.plant(
                PATH, "theirs", "sha256", "ab".repeat(32), "offsite-installation", "other", "offsite-transfer", "1-a");
    }

    private PutRequest request(int size) throws Exception {
        return request("a.gz", size);
    }

    private PutRequest request(String name, int size) throws Exception {
        return payloads.request(name, Payloads.bytes(size));
    }

    private S3Destination destination(ScriptedStore store) throws FailureException {
        return new S3Destination(store.config(temp.resolve("state")));
    }
}
