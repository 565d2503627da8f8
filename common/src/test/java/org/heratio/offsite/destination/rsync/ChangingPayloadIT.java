package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Payloads that change or go away under the hands of rsync, as an archive does that is shipped from its place. */
@ExtendWith(SharedSsh.class)
class ChangingPayloadIT {
    private static final int TRIES = 20;
    private static final int MIB = 1 << 20;

    private final SshServer server;

    @TempDir
    private Path temp;

    private Payloads payloads;
    private Path far;

    ChangingPayloadIT(SshServer server) {
        this.server = server;
    }

    @BeforeEach
    void makePayloads() throws Exception {
        payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner");
        far = Files.createDirectories(temp.resolve("far"));
    }

    @Test
    void publishesWhatArrivedWholeBeforeItsPayloadWentAway() throws Exception {
        try (Destination destination = destination(far)) {
            arrivesAlthoughItsPayloadGoes(destination);
        }
        assertThat(far.resolve(".offsite-partial")).isEmptyDirectory();
    }

    @Test
    void publishesNothingThatChangedOnTheWay() throws Exception {
        try (Destination destination = destination(far)) {
            PutRequest request = payloads.request("a.gz", Payloads.bytes(3 * MIB));
            PutRequest changing = whenUnderWay(request, () -> payloads.flipAByte(request.file(), 5));
            // the change comes too late for the bytes, or in time: the host's own hash says which
            try {
                destination.put(changing);
                assertThat(Payloads.sha256(Files.readAllBytes(far.resolve("a.gz"))))
                        .isEqualTo(request.sha256());
            } catch (FailureException e) {
                assertThat(e.failure().code()).isEqualTo(ErrorCode.PAYLOAD_CORRUPT);
                assertThat(far.resolve("a.gz")).doesNotExist();
            }
        }
    }

    @Test
    void blamesThePayloadAndNotTheHostWhenItIsCutShortOnTheWay() throws Exception {
        Bandwidth twoMebibytes = new Bandwidth(List.of(new Bandwidth.Slot(LocalTime.MIDNIGHT, 2 * MIB)));
        RateLimit slow = new RateLimit(twoMebibytes, Clock.systemUTC());
        RsyncConfig config = server.config(far, temp.resolve("state"));
        try (Destination destination = new RsyncDestination(config, () -> false, slow)) {
            for (int i = 0; i < TRIES; i++) {
                PutRequest request = payloads.request("a" + i + ".gz", Payloads.bytes(6 * MIB));
                PutRequest cut = whenUnderWay(request, () -> Files.write(request.file(), new byte[1]));
                try {
                    // rsync had read all of it before the cut: another try
                    assertThat(destination.put(cut).sha256()).isEqualTo(request.sha256());
                } catch (FailureException e) {
                    assertThat(e.failure().code()).isEqualTo(ErrorCode.PAYLOAD_CORRUPT);
                    assertThat(far.resolve(request.name())).doesNotExist();
                    return;
                }
            }
            fail("no payload was cut in time");
        }
    }

    @Test
    void keepsWhatArrivedAtARestrictedAccountBeforeItsPayloadWentAway() throws Exception {
        server.forceCommand("/usr/bin/rrsync " + far);
        try (Destination destination = destination(Path.of("/"))) {
            arrivesAlthoughItsPayloadGoes(destination);
        }
    }

    @Test
    void deletesNothingAtARestrictedAccountAfterAPutThatFailed() throws Exception {
        server.forceCommand("/usr/bin/rrsync " + far);
        try (Destination destination = destination(Path.of("/"))) {
            destination.put(payloads.request("a.gz", Payloads.bytes(1000)));
            // the sidecar can't be written any more: rsync fails, after the payload has arrived
            Files.delete(far.resolve("a.gz.sha256"));
            Files.createDirectories(far.resolve("a.gz.sha256/in the way"));
            PutRequest request = payloads.request("a.gz", Payloads.bytes(MIB));

            assertThatThrownBy(() -> destination.put(whenUnderWay(request, () -> Files.delete(request.file()))))
                    .isInstanceOf(FailureException.class);

            assertThat(far.resolve("a.gz")).exists();
        }
    }

    @Test
    void removesNothingAtARestrictedAccountThatAnotherInstallationTookMeanwhile() throws Exception {
        server.forceCommand("/usr/bin/rrsync " + far);
        try (Destination destination = destination(Path.of("/"))) {
            PutRequest request = payloads.request("a.gz", Payloads.bytes(3 * MIB));
            PutRequest changing = whenUnderWay(request, () -> {
                payloads.flipAByte(request.file(), 5);
                Files.writeString(
                        far.resolve(OwnerTag.fileFor("a.gz")), new OwnerTag("another", "1-a").content("a.gz"));
            });

            assertThatThrownBy(() -> destination.put(changing))
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.PAYLOAD_CORRUPT));

            assertThat(far.resolve("a.gz")).exists();
        }
    }

    private void arrivesAlthoughItsPayloadGoes(Destination destination) throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(3 * MIB));
        Stored stored = destination.put(whenUnderWay(request, () -> Files.deleteIfExists(request.file())));
        assertThat(stored).isEqualTo(new Stored("a.gz", request.size(), request.sha256()));
        assertThat(destination.stat("a.gz")).contains(stored);
        assertThat(Payloads.sha256(Files.readAllBytes(far.resolve("a.gz")))).isEqualTo(request.sha256());
    }

    private interface Change {
        void make() throws IOException;
    }

    /** A restricted account gets the marker file first: only more bytes than those tell that rsync has opened the payload. */
    private static PutRequest whenUnderWay(PutRequest request, Change change) {
        AtomicBoolean made = new AtomicBoolean();
        return Payloads.withProgress(request, sent -> {
            if (sent > request.size() / 3 && made.compareAndSet(false, true)) {
                try {
                    change.make();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    private Destination destination(Path root) {
        return new RsyncDestination(server.config(root, temp.resolve("state")));
    }
}
