package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.FaultProxy;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** The driver and a real server, with a network between them that fails. */
class S3FaultsIT {
    private static final String OWNER = "owner";
    private static final int MIB = 1 << 20;

    private static S3Server server;

    @TempDir
    private Path temp;

    private FaultProxy proxy;
    private Payloads payloads;
    private String prefix;

    @BeforeAll
    static void startServer() throws Exception {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void openProxy() throws Exception {
        proxy = new FaultProxy(server.port());
        payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), OWNER);
        prefix = temp.getFileName().toString();
    }

    @AfterEach
    void closeProxy() throws Exception {
        proxy.close();
    }

    @Test
    void sendsOnlyTheMissingPartsAfterACut() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        cutInTheMiddle(request);

        putAgain(request);

        // two of the five parts had arrived
        assertThat(proxy.sent()).isLessThan(15L * MIB);
        assertThat(stored("a.gz")).isEqualTo(request.sha256());
        assertThat(uploads()).isEmpty();
        assertThat(temp.resolve("state")).isEmptyDirectory();
    }

    @Test
    void takesUpNoUploadThatNoNoteTellsOf() throws Exception {
        PutRequest other = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        cutInTheMiddle(other);
        forgetNotes();
        byte[] bytes = Payloads.bytes(24 * MIB);
        bytes[20 * MIB] ^= 1;
        PutRequest request = payloads.request("a.gz", bytes);

        putAgain(request);

        assertThat(stored("a.gz")).isEqualTo(request.sha256());
        try (S3Destination destination = destination()) {
            assertThat(destination.stat("a.gz")).contains(new Stored("a.gz", request.size(), request.sha256()));
        }
        assertThat(uploads()).hasSize(1);
    }

    @Test
    void hashesThePartsThatAreThereToo() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        cutInTheMiddle(request);
        payloads.flipAByte(request.file(), 100);

        try (S3Destination destination = destination()) {
            assertFails(ErrorCode.PAYLOAD_CORRUPT, () -> destination.put(request));
            assertThat(destination.stat("a.gz")).isEmpty();
        }
        assertThat(uploads()).isEmpty();
    }

    @Test
    void clearsAwayItsOwnAbandonedUploadsAndNoOthers() throws Exception {
        try (S3AsyncClient client = server.client()) {
            client.createMultipartUpload(r -> r.bucket(S3Server.BUCKET).key(prefix + "/strange.gz"))
                    .get(HangLimit.SECONDS, TimeUnit.SECONDS);
        }
        PutRequest abandoned = payloads.request("abandoned.gz", Payloads.bytes(24 * MIB));
        PutRequest kept = payloads.request("kept.gz", Payloads.bytes(24 * MIB));
        cutInTheMiddle(abandoned);
        cutInTheMiddle(kept);

        try (S3Destination destination = destination()) {
            destination.removeAbandoned(OWNER, Set.of(kept.transferId()));
        }

        assertThat(uploads()).containsExactlyInAnyOrder(prefix + "/strange.gz", prefix + "/kept.gz");
    }

    @Test
    void hasABodyRefusedThatWasChangedOnTheWay() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(4 * MIB));
        try (S3Destination destination = destination()) {
            proxy.flipAByteAfterSending(MIB);
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.put(request));
            assertThat(destination.stat("a.gz")).isEmpty();

            destination.put(request);
        }
        assertThat(stored("a.gz")).isEqualTo(request.sha256());
    }

    @Test
    void hasAPartRefusedThatWasChangedOnTheWay() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        try (S3Destination destination = destination()) {
            proxy.flipAByteAfterSending(12 * MIB);
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.put(request));

            destination.put(request);
        }
        assertThat(stored("a.gz")).isEqualTo(request.sha256());
    }

    @Test
    void endsAPutThatStallsForEver() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        try (S3Destination destination = destination()) {
            proxy.stallAfterSending(8 * MIB);
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request));
            proxy.heal();
            destination.put(request);
        }
        assertThat(stored("a.gz")).isEqualTo(request.sha256());
    }

    @Test
    void endsAReadThatStallsForEver() throws Exception {
        put("a.gz", 24 * MIB);
        try (S3Destination destination = destination()) {
            proxy.stallAfterReceiving(4 * MIB);
            assertBreaksOff(destination);
        }
        proxy.heal();
        assertThat(stored("a.gz")).isEqualTo(Payloads.sha256(Payloads.bytes(24 * MIB)));
    }

    @Test
    void saysThatAReadWasCut() throws Exception {
        put("a.gz", 24 * MIB);
        try (S3Destination destination = destination()) {
            proxy.cutAfterReceiving(4 * MIB);
            assertBreaksOff(destination);
        }
    }

    @Test
    void tellsAnOutageFromAMissingCopy() throws Exception {
        try (S3Destination destination = destination()) {
            assertThat(destination.stat("a.gz")).isEmpty();
            proxy.cutAfterSending(0);
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.stat("a.gz"));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.list(stored -> {}));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, destination::probe);
            proxy.heal();
            destination.probe();
        }
    }

    @Test
    void saysThatTheKeyIsWrong() throws Exception {
        var wrong = new S3Config.Credentials(S3Server.CREDENTIALS.keyId(), "not-the-secret", null);
        try (S3Destination destination =
                new S3Destination(server.config(server.port(), prefix, wrong, temp.resolve("state")))) {
            assertFails(ErrorCode.DESTINATION_DENIED, destination::probe);
            assertFails(ErrorCode.DESTINATION_DENIED, () -> destination.stat("a.gz"));
            assertFails(
                    ErrorCode.DESTINATION_DENIED, () -> destination.put(payloads.request("a.gz", Payloads.bytes(10))));
        }
    }

    @Test
    void doesNotTakeAMissingBucketForMissingCopies() throws Exception {
        S3Config right = server.config(server.port(), prefix, temp.resolve("state"));
        var place =
                new S3Config.Place("no-such-bucket", "us-east-1", right.place().endpoint(), true, prefix);
        try (S3Destination destination = new S3Destination(S3Config.of(place, right.access(), temp.resolve("state")))) {
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.stat("a.gz"));
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.open("a.gz", 0, Long.MAX_VALUE));
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.list(stored -> {}));
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, destination::probe);
        }
    }

    private void cutInTheMiddle(PutRequest request) throws Exception {
        try (S3Destination destination = destination()) {
            proxy.cutAfterSending(12 * MIB);
            assertThatThrownBy(() -> destination.put(request)).isInstanceOf(FailureException.class);
        }
        proxy.heal();
    }

    /** As a new process would. */
    private void putAgain(PutRequest request) throws Exception {
        try (S3Destination destination = destination()) {
            destination.put(request);
        }
    }

    /** Puts a copy past the proxy, with all the time that a busy machine takes. */
    private void put(String name, int size) throws Exception {
        try (S3Destination direct = destination(server.port())) {
            direct.put(payloads.request(name, Payloads.bytes(size)));
        }
    }

    private S3Destination destination() throws FailureException {
        return destination(proxy.port());
    }

    private S3Destination destination(int port) throws FailureException {
        return new S3Destination(server.config(port, prefix, temp.resolve("state"))
                .with(new S3Config.Limits(1, 10_000, 5 * MIB, 5 * MIB, 200)));
    }

    private void forgetNotes() throws IOException {
        try (var notes = Files.list(temp.resolve("state"))) {
            for (Path note : notes.toList()) {
                Files.delete(note);
            }
        }
    }

    private String stored(String name) throws Exception {
        try (S3Destination destination = destination();
                InputStream in = destination.open(name, 0, Long.MAX_VALUE)) {
            return Payloads.sha256(in.readAllBytes());
        }
    }

    private List<String> uploads() throws Exception {
        try (S3AsyncClient client = server.client()) {
            return client
                    .listMultipartUploads(r -> r.bucket(S3Server.BUCKET).prefix(prefix + "/"))
                    .get(HangLimit.SECONDS, TimeUnit.SECONDS)
                    .uploads()
                    .stream()
                    .map(MultipartUpload::key)
                    .toList();
        }
    }

    private static void assertBreaksOff(S3Destination destination) {
        assertThatThrownBy(() -> {
                    try (InputStream in = destination.open("a.gz", 0, Long.MAX_VALUE)) {
                        in.readAllBytes();
                    }
                })
                .isInstanceOfSatisfying(
                        IOException.class,
                        e -> assertThat(e.getCause())
                                .isInstanceOfSatisfying(
                                        FailureException.class,
                                        f -> assertThat(f.failure().code())
                                                .isEqualTo(ErrorCode.DESTINATION_UNREACHABLE)));
    }
}
