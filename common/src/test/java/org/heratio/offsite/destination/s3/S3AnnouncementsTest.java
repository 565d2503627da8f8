package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.destination.Failing.assertFails;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.heratio.offsite.destination.s3.ScriptedStore.Script;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installations that announce themselves at a store, and find out what it checks. */
class S3AnnouncementsTest {
    private static final Installation SELF = new Installation("owner", "db1.example.org");
    private static final String DIRECTORY = "/bucket/prefix/" + Installation.DIRECTORY + "/";

    @TempDir
    private Path temp;

    private final HealthyStore healthy = new HealthyStore();

    @Test
    void triesUploadsInPartsWhereAnotherInstallationIsAnnounced() throws Exception {
        try (ScriptedStore store = new ScriptedStore(healthy);
                S3Destination destination = destination(store)) {
            assertThat(destination.announce(SELF)).isTrue();
            assertThat(healthy.begun()).isZero();

            healthy.plant(DIRECTORY + "other", "");
            assertThat(destination.announce(SELF)).isTrue();

            assertThat(healthy.begun()).isOne();
            assertThat(healthy.unfinished()).isZero();
            assertThat(healthy.content(DIRECTORY + "owner")).isEqualTo(SELF.content());
        }
    }

    /** As Ceph 16 does. */
    @Test
    void saysThatUploadsInPartsReplaceOthersWhereTheirConditionIsIgnored() throws Exception {
        HealthyStore ignoring = new HealthyStore().ignoringConditions();
        Script script = exchange -> {
            Map<String, String> query = HealthyStore.query(exchange);
            boolean parts = query.containsKey("uploadId") || query.containsKey("uploads");
            return parts ? ignoring.to(exchange) : healthy.to(exchange);
        };
        healthy.plant(DIRECTORY + "other", "");
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertThat(destination.announce(SELF)).isFalse();
            assertThat(destination.announce(SELF)).isFalse();
        }
    }

    @Test
    void replacesItsOwnAnnouncementThatIsOutOfDate() throws Exception {
        healthy.plant(DIRECTORY + "owner", new Installation("owner", "old.example.org").content());
        try (ScriptedStore store = new ScriptedStore(healthy);
                S3Destination destination = destination(store)) {
            assertThat(destination.announce(SELF)).isTrue();

            assertThat(healthy.content(DIRECTORY + "owner")).isEqualTo(SELF.content());
            assertThat(destination.installations()).containsExactly(SELF);
        }
    }

    @Test
    void needsNoRightToAbort() throws Exception {
        healthy.plant(DIRECTORY + "other", "");
        Script script = exchange ->
                exchange.getRequestMethod().equals("DELETE") ? Reply.error(403, "AccessDenied") : healthy.to(exchange);
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertThat(destination.announce(SELF)).isTrue();
        }
    }

    @Test
    void givesTheAnnouncementWhatABucketDemandsAndNoLock() throws Exception {
        healthy.plant(DIRECTORY + "other", "");
        Script script = exchange -> isWellDressed(exchange) ? healthy.to(exchange) : Reply.error(403, "AccessDenied");
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = locking(store)) {
            assertThat(destination.announce(SELF)).isTrue();
        }
    }

    @Test
    void locksTheAnnouncementInABucketThatTakesNothingElse() throws Exception {
        Script script = exchange -> {
            boolean object = exchange.getRequestMethod().equals("PUT");
            boolean locked = exchange.getRequestHeaders().containsKey("x-amz-object-lock-mode");
            return object && !locked ? Reply.error(403, "AccessDenied") : healthy.to(exchange);
        };
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = locking(store);
                S3Destination without = destination(store)) {
            assertThat(destination.announce(SELF)).isTrue();
            assertThat(destination.announce(SELF)).isTrue();
            assertThat(healthy.content(DIRECTORY + "owner")).isEqualTo(SELF.content());
            assertFails(ErrorCode.DESTINATION_DENIED, () -> without.announce(SELF));
        }
    }

    private S3Destination locking(ScriptedStore store) throws Exception {
        return new S3Destination(store.config(temp)
                .with(new S3Config.ObjectSettings(
                        "STANDARD_IA",
                        S3Config.Encryption.AES256,
                        null,
                        new S3Config.Lock(S3Config.LockMode.COMPLIANCE, 3_650))));
    }

    private static boolean isWellDressed(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        Map<String, String> query = HealthyStore.query(exchange);
        boolean part = query.containsKey("partNumber");
        boolean puts = exchange.getRequestMethod().equals("PUT");
        boolean begins = exchange.getRequestMethod().equals("POST") && query.containsKey("uploads");
        boolean digested = !puts || headers.containsKey("Content-MD5");
        boolean demanded =
                headers.containsKey("x-amz-storage-class") && headers.containsKey("x-amz-server-side-encryption");
        return digested && (demanded || !(begins || (puts && !part))) && !headers.containsKey("x-amz-object-lock-mode");
    }

    @Test
    void readsAnnouncementsOfAnyLengthAndSkipsWhatIsNone() throws Exception {
        healthy.plant(DIRECTORY + "empty", "");
        healthy.plant(DIRECTORY + "long", "host h1\n" + "x".repeat(100_000));
        healthy.plant(DIRECTORY + "no id.txt", "host h2\n");
        healthy.plant(DIRECTORY + "deleted", "host h3\n");
        Script script = exchange -> {
            boolean reads = exchange.getRequestMethod().equals("GET")
                    && exchange.getRequestURI().getPath().equals(DIRECTORY + "deleted");
            return reads ? Reply.error(404, "NoSuchKey") : healthy.to(exchange);
        };
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            assertThat(destination.installations())
                    .containsExactlyInAnyOrder(new Installation("empty", ""), new Installation("long", "h1"));
            assertThat(store.asked()).noneMatch(asked -> asked.startsWith("PUT"));
        }
    }

    @Test
    void abortsNoLostUploadThatMayBeOfAnotherInstallation() throws Exception {
        PutRequest request = request("owner", 30_000);
        Script script = exchange -> {
            Reply reply = healthy.to(exchange);
            boolean begins = exchange.getRequestMethod().equals("POST")
                    && HealthyStore.query(exchange).containsKey("uploads");
            return begins ? Reply.error(403, "AccessDenied") : reply;
        };
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination now = destination(store);
                S3Destination then = new S3Destination(store.config(temp.resolve("state")), later, RateLimit.NONE)) {
            assertFails(ErrorCode.DESTINATION_DENIED, () -> now.put(request));
            healthy.plant(DIRECTORY + "other", "");

            then.removeAbandoned("owner", Set.of());

            assertThat(healthy.unfinished()).isOne();
        }
    }

    /** As with two ledgers on one host: each counts its copies from 1. */
    @Test
    void leavesTheUnfinishedUploadOfAnotherInstallationThatHasTheSameTransferId() throws Exception {
        Script script = exchange -> exchange.getRequestMethod().equals("POST")
                        && HealthyStore.query(exchange).containsKey("uploadId")
                ? Reply.error(503, "SlowDown")
                : healthy.to(exchange);
        PutRequest ours = request("owner", 30_000);
        PutRequest theirs = request("other", 30_000);
        assertThat(ours.transferId()).isEqualTo(theirs.transferId());
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = destination(store)) {
            for (PutRequest request : new PutRequest[] {theirs, ours, theirs, ours}) {
                assertFails(ErrorCode.DESTINATION_BUSY, () -> destination.put(request));
            }
            assertThat(healthy.begun()).as("each goes on with its own").isEqualTo(2);

            destination.removeAbandoned("owner", Set.of());
            assertThat(healthy.unfinished()).isOne();
            destination.removeAbandoned("other", Set.of(theirs.transferId()));
            assertThat(healthy.unfinished()).isOne();
            destination.removeAbandoned("other", Set.of());
            assertThat(healthy.unfinished()).isZero();
        }
        assertThat(temp.resolve("state")).isEmptyDirectory();
    }

    private PutRequest request(String owner, int size) throws Exception {
        Path directory = Files.createDirectories(temp.resolve("payloads of " + owner));
        return new Payloads(directory, owner).request("a.gz", Payloads.bytes(size));
    }

    private S3Destination destination(ScriptedStore store) throws Exception {
        return new S3Destination(store.config(temp.resolve("state")));
    }
}
