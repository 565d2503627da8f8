package org.heratio.offsite.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.destination.FaultyDestination;
import org.heratio.offsite.destination.MemoryDestination;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreServiceTest {
    private static final int SIZE = 2 << 20;
    private static final byte[] ARCHIVE = Payloads.bytes(SIZE);

    @TempDir
    private Path temp;

    private final Vertx vertx = Vertx.vertx();
    private final FaultyDestination first = new FaultyDestination(new MemoryDestination("s3"));
    private final FaultyDestination second = new FaultyDestination(new MemoryDestination("sftp"));
    private Ledger ledger;
    private Version version;
    private RestoreService service;

    @BeforeEach
    void shipToTwoDestinations() throws Exception {
        ledger = LedgerFixture.h2(vertx, temp.resolve("state"));
        version = ledger.versions()
                .settle(new ArchiveFile("/backups/a.gz", "a.gz", SIZE, 1_000L), 1, List.of("s3", "sftp"), false);
        String sha256 = Payloads.sha256(ARCHIVE);
        Payload payload = ledger.payloads()
                .record(version.id(), sha256, "", sha256, SIZE, false)
                .orElseThrow();
        Payloads payloads = new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner");
        for (Copy copy : ledger.copies().ofVersion(version.id())) {
            FaultyDestination to = copy.driver().equals("s3") ? first : second;
            to.put(payloads.request("a.gz", ARCHIVE));
            assertThat(ledger.copies().recordPendingPut(copy.id(), to.remotePath("a.gz"), payload))
                    .isTrue();
            assertThat(ledger.copies().replicated(copy.id(), to.remotePath("a.gz"), payload))
                    .isTrue();
        }
        version = ledger.versions().find(version.id()).orElseThrow();
        service = new RestoreService(
                ledger.copies(), Map.of("s3", first, "sftp", second), new Restorer(new BcpgPayloadCipher(), null));
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void anArchiveThatDoesNotFitIsNotFetched() throws Exception {
        try (SmallDisk disk = new SmallDisk(temp.resolve("disk"), SIZE / 2)) {
            assertThatThrownBy(() -> service.restore(version, disk.path().resolve("a.gz"), Selection.all(), false))
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.TARGET_FULL);
                        assertThat(e.failure().reason()).contains("needs " + SIZE + " bytes");
                        assertThat(e.failure().hint()).contains("--to");
                    });
            assertThat(disk.path()).isEmptyDirectory();
        }
        assertThat(first.opens() + second.opens()).isZero();
    }

    @Test
    void aPlaceThatTakesNoFileIsNamedAndNothingIsFetched() throws Exception {
        Path file = Files.writeString(temp.resolve("f"), "x");
        assertTargetIo(file.resolve("a.gz"), file + " is not a directory");
        try (SmallDisk disk = new SmallDisk(temp.resolve("disk"), 2 * SIZE)) {
            disk.readOnly();
            assertTargetIo(disk.path().resolve("a.gz"), "no file can be made there");
            assertTargetIo(disk.path().resolve("new/a.gz"), disk.path() + "/new");
        }
        assertThat(first.opens() + second.opens()).isZero();
        assertThat(file).hasContent("x");
    }

    private void assertTargetIo(Path target, String why) {
        assertThatThrownBy(() -> service.restore(version, target, Selection.all(), false))
                .isInstanceOfSatisfying(FailureException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo(ErrorCode.TARGET_IO);
                    assertThat(e.failure().reason())
                            .startsWith(target + " cannot be written: ")
                            .contains(why)
                            .doesNotContain("Exception");
                    assertThat(e.failure().hint()).contains("--to");
                });
    }

    @Test
    void aFileThatIsThereAlreadyIsLeftAlone() throws Exception {
        Path file = Files.writeString(temp.resolve("a.gz"), "x");

        assertThatThrownBy(() -> service.restore(version, file, Selection.all(), false))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("x");
    }

    /** As duplicacy#186 has it, with a second destination that would be fetched in vain. */
    @Test
    void aFullTargetIsNotTheDestinationsFault() throws Exception {
        try (SmallDisk disk = new SmallDisk(temp.resolve("disk"), 2 * SIZE)) {
            first.streams(in -> filling(in, disk));
            second.streams(in -> filling(in, disk));
            assertThatThrownBy(() -> service.restore(version, disk.path().resolve("a.gz"), Selection.all(), false))
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.TARGET_FULL);
                        assertThat(e.failure().reason()).contains(disk.path() + "/a.gz", "free there");
                    });
            assertThat(disk.path().resolve("a.gz")).doesNotExist();
        }
        assertThat(first.opens() + second.opens()).isOne();
    }

    /** Somebody else takes the room while the first bytes arrive. */
    private static InputStream filling(InputStream in, SmallDisk disk) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                disk.fillUp();
                return super.read(bytes, offset, length);
            }
        };
    }

    @Test
    void triesTheNextDestinationWhenOneBreaksOff() throws Exception {
        first.streams(in -> new FilterInputStream(in) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("Connection reset");
            }
        });
        Path target = temp.resolve("a.gz");

        assertThat(service.restore(version, target, Selection.all(), false).driver())
                .isEqualTo("sftp");

        assertThat(target).hasBinaryContent(ARCHIVE);
    }

    /** The first copy breaks off behind some bytes, of which the first is another one if it is to be wrong. */
    private static InputStream breakingOff(InputStream in, int behind, boolean wrong) {
        return new FilterInputStream(in) {
            private int passed;

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (passed >= behind) {
                    throw new IOException("Connection reset");
                }
                int read = super.read(bytes, offset, Math.min(length, behind - passed));
                if (wrong && passed == 0) {
                    bytes[offset]++;
                }
                passed += read;
                return read;
            }
        };
    }

    @Test
    void aPipeGoesOnWithTheNextDestinationBehindTheBytesThatWentOut() throws Exception {
        first.streams(in -> breakingOff(in, SIZE / 2, false));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RestorePipe pipe = new RestorePipe(out);

        assertThat(service.pipe(version, pipe).driver()).isEqualTo("sftp");

        assertThat(out.toByteArray()).isEqualTo(ARCHIVE);
        assertThat(pipe.written()).isEqualTo(SIZE);
    }

    @Test
    void bytesThatWentOutAndAreWrongAreNeverFollowedByRightOnes() {
        first.streams(in -> breakingOff(in, SIZE / 2, true));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RestorePipe pipe = new RestorePipe(out);

        assertThatThrownBy(() -> service.pipe(version, pipe)).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_CORRUPT);
            assertThat(e.failure().reason()).contains("two copies of a.gz differ");
        });
        assertThat(pipe.written()).isEqualTo(out.size()).isLessThanOrEqualTo(SIZE / 2);
    }

    @Test
    void aPipeThatIsClosedIsNotTheDestinationsFault() {
        RestorePipe pipe = new RestorePipe(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        assertThatThrownBy(() -> service.pipe(version, pipe))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.TARGET_IO));
        assertThat(first.opens() + second.opens()).isOne();
    }

    @Test
    void aCopyInAnArchiveTierIsLeftForOneAtAnotherDestination() throws Exception {
        first.failWith(ErrorCode.COPY_ARCHIVED);
        Path target = temp.resolve("a.gz");

        assertThat(service.restore(version, target, Selection.all(), false).driver())
                .isEqualTo("sftp");

        assertThat(target).hasBinaryContent(ARCHIVE);
    }

    @Test
    void aCopyInAnArchiveTierIsNamedWhenTheOthersAreMissing() {
        first.failWith(ErrorCode.COPY_ARCHIVED);
        second.failWith(ErrorCode.COPY_MISSING);

        assertThatThrownBy(() -> service.restore(version, temp.resolve("a.gz"), Selection.all(), false))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_ARCHIVED));
    }
}
