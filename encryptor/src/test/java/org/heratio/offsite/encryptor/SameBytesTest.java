package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.encryptor.EncryptorFixture.FIRST;
import static org.heratio.offsite.encryptor.EncryptorFixture.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hash of an archive decides whether anything of it is shipped. */
@Timeout(HangLimit.TEST_SECONDS)
final class SameBytesTest {
    private static final FileTime LATER = FileTime.fromMillis(1_800_000_000_000L);

    private EncryptorFixture fixture;
    private Path archive;
    private Version first;

    @BeforeEach
    void shipAnArchive(@TempDir Path dir) throws Exception {
        fixture = new EncryptorFixture(dir);
        archive = fixture.write("a.sql.gz", Archives.gzip(Archives.LARGE));
        first = fixture.settle(archive, "localfs");
        seal(first, true, FIRST);
        fixture.ship(first, "localfs", CopyState.VERIFIED);
        fixture.spool.remove(
                fixture.ledger.payloads().ofVersion(first.id()).orElseThrow().spoolFile());
        fixture.ledger
                .payloads()
                .delete(fixture.ledger
                        .payloads()
                        .ofVersion(first.id())
                        .orElseThrow()
                        .id());
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void makesNothingOfAnArchiveThatWasTouched() throws Exception {
        Files.setLastModifiedTime(archive, LATER);
        Version touched = fixture.settle(archive, "localfs");

        assertThat(seal(touched, true, FIRST)).isEmpty();

        assertThat(fixture.spooled()).isEmpty();
        assertThat(now(touched).state()).isEqualTo(VersionState.SUPERSEDED);
        assertThat(now(first).mtimeNanos()).isEqualTo(LATER.toMillis() * 1_000_000);
    }

    @Test
    void makesNothingOfAnArchiveWhoseRightsChanged() throws Exception {
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-rw----"));
        Version changed = fixture.settle(archive, "localfs");
        assertThat(changed.id()).isNotEqualTo(first.id());

        assertThat(seal(changed, true, FIRST)).isEmpty();

        assertThat(now(first).ctimeNanos()).isEqualTo(changed.ctimeNanos());
    }

    @Test
    void makesNothingOfAnotherNameOfItsBytes() throws Exception {
        Version renamed = fixture.settle(Files.move(archive, archive.resolveSibling("a.sql.gz.1")), "localfs");

        assertThat(seal(renamed, true, FIRST)).isEmpty();

        assertThat(fixture.spooled()).isEmpty();
        assertThat(now(renamed).sameAs()).isEqualTo(first.id());
        assertThat(seal(renamed, true, FIRST)).as("its message comes again").isEmpty();
    }

    @Test
    void sealsOtherBytesOfTheSameSizeAndModificationTime() throws Exception {
        byte[] other = Files.readAllBytes(archive);
        // a byte of the time in the header: it still is a whole gzip
        other[5] ^= 1;
        FileTime mtime = Files.getLastModifiedTime(archive);
        Files.write(archive, other);
        Files.setLastModifiedTime(archive, mtime);
        Version changed = fixture.settle(archive, "localfs");

        assertThat(seal(changed, true, FIRST)).singleElement().isInstanceOf(PayloadReady.class);
        assertThat(changed.id()).isNotEqualTo(first.id());
        assertThat(now(changed).sha256())
                .isEqualTo(Archives.sha256(other))
                .isNotEqualTo(now(first).sha256());
    }

    @Test
    void sealsWhatIsToBeEncryptedAlthoughACopyInClearHasItsBytes() throws Exception {
        Path plain = fixture.write("plain.sql.gz", Archives.gzip(10_000));
        Version inClear = fixture.settlePlain(plain, "localfs");
        seal(inClear, true, FIRST);
        fixture.ship(inClear, "localfs", CopyState.VERIFIED);
        Version encrypted = fixture.settle(Files.copy(plain, plain.resolveSibling("copy.sql.gz")), "localfs");

        assertThat(seal(encrypted, true, FIRST)).singleElement().isInstanceOf(PayloadReady.class);
        assertThat(fixture.ledger.payloads().ofVersion(encrypted.id()))
                .map(Payload::encrypted)
                .contains(true);
    }

    @Test
    void settlesAgainWhatIsWrittenToWhileItIsHashed() throws Exception {
        Files.setLastModifiedTime(archive, LATER);
        Version touched = fixture.settle(archive, "localfs");

        assertThat(seal(touched, true, during(() -> rewrite(archive, LATER))))
                .singleElement()
                .isInstanceOf(ScanRequested.class);

        assertThat(now(touched)).returns(VersionState.SUPERSEDED, Version::state);
        assertThat(now(first).mtimeNanos()).isNotEqualTo(touched.mtimeNanos());
    }

    @Test
    void sealsAnArchiveThatIsRenamedWhileItIsRead() throws Exception {
        Path other = fixture.write("b.sql.gz", Archives.gzip(Archives.LARGE + 1));
        Version version = fixture.settle(other, "localfs");

        assertThat(seal(version, true, during(() -> rename(other, other.resolveSibling("b.sql.gz.1")))))
                .singleElement()
                .isInstanceOf(PayloadReady.class);

        Version renamed = fixture.settle(other.resolveSibling("b.sql.gz.1"), "localfs");
        assertThat(seal(renamed, true, FIRST)).isEmpty();
        assertThat(now(renamed).sameAs()).isEqualTo(version.id());
    }

    @Test
    void sealsAnArchiveWhoseRightsChangeWhileItIsRead() throws Exception {
        Path other = fixture.write("b.sql.gz", Archives.gzip(Archives.LARGE + 1));
        for (boolean encrypting : List.of(true, false)) {
            Version version =
                    fixture.settle(Files.copy(other, other.resolveSibling(encrypting + ".sql.gz")), "localfs");
            other = fixture.write("b.sql.gz", Archives.gzip(Archives.LARGE + 2));

            assertThat(seal(version, encrypting, during(() -> open(Path.of(version.path())))))
                    .singleElement()
                    .isInstanceOf(PayloadReady.class);
        }
    }

    @Test
    void shipsARenamedArchiveThatWaitsInClear() throws Exception {
        Path plain = fixture.write("plain.sql.gz", Archives.gzip(30_000));
        Version waiting = fixture.settle(plain, "localfs");
        seal(waiting, false, FIRST);
        Version renamed = fixture.settle(Files.move(plain, plain.resolveSibling("plain.sql.gz.1")), "localfs");

        assertThat(seal(renamed, false, FIRST)).singleElement().isInstanceOf(PayloadReady.class);

        assertThat(now(renamed).sameAs()).isZero();
        assertThat(fixture.copy(renamed, "localfs").state()).isEqualTo(CopyState.PENDING);
    }

    @Test
    void makesNothingOfATouchedArchiveThatWaitsInClear() throws Exception {
        Path plain = fixture.write("plain.sql.gz", Archives.gzip(30_000));
        Version waiting = fixture.settle(plain, "localfs");
        seal(waiting, false, FIRST);
        Files.setLastModifiedTime(plain, LATER);

        assertThat(seal(fixture.settle(plain, "localfs"), false, FIRST)).isEmpty();

        assertThat(now(waiting).mtimeNanos()).isEqualTo(LATER.toMillis() * 1_000_000);
    }

    @Test
    void recognisesAnArchiveWhoseRightsChangeWhileItIsHashed() throws Exception {
        Files.setLastModifiedTime(archive, LATER);
        Version touched = fixture.settle(archive, "localfs");

        assertThat(seal(touched, true, during(() -> open(archive)))).isEmpty();

        assertThat(now(touched).state()).isEqualTo(VersionState.SUPERSEDED);
        assertThat(now(first).mtimeNanos()).isEqualTo(touched.mtimeNanos());
    }

    /** Does something once while an archive is read. */
    private static Attempt during(Runnable change) {
        AtomicBoolean done = new AtomicBoolean();
        return new Attempt(1, (version, driver, read, total) -> {
            if (done.compareAndSet(false, true)) {
                change.run();
            }
        });
    }

    private static void open(Path file) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void repairsACopyFromAnotherNameOfItsBytes() throws Exception {
        Path renamed = Files.move(archive, archive.resolveSibling("a.sql.gz.1"));
        seal(fixture.settle(renamed, "localfs"), true, FIRST);
        fixture.write("a.sql.gz", Archives.gzip(20_000));

        for (boolean encrypting : List.of(true, false)) {
            Copy damaged = fixture.copy(first, "localfs");
            if (!encrypting) {
                damaged = shippedInClear();
            }
            fixture.ledger.copies().damaged(damaged, CopyState.MISSING, EncryptorFixture.DAMAGED);
            Version version =
                    fixture.ledger.versions().find(damaged.versionId()).orElseThrow();

            assertThat(record(fixture.repairHandler(encrypting)
                            .handle(new RepairRequested(damaged.id(), "localfs"), FIRST)))
                    .singleElement()
                    .isInstanceOf(PayloadReady.class);

            Payload payload = fixture.ledger.payloads().ofVersion(version.id()).orElseThrow();
            assertThat(payload.encrypted()).isEqualTo(encrypting);
            assertThat(payload.passesThrough()).isFalse();
        }
    }

    /** A copy in clear whose archive has another name by now. */
    private Copy shippedInClear() throws Exception {
        Path plain = fixture.write("plain.sql.gz", Archives.gzip(30_000));
        Version version = fixture.settle(plain, "localfs");
        seal(version, false, FIRST);
        Copy copy = fixture.ship(version, "localfs", CopyState.VERIFIED);
        Path renamed = Files.move(plain, plain.resolveSibling("plain.sql.gz.1"));
        assertThat(seal(fixture.settle(renamed, "localfs"), false, FIRST)).isEmpty();
        return copy;
    }

    private Version now(Version version) throws Exception {
        return fixture.ledger.versions().find(version.id()).orElseThrow();
    }

    private List<?> seal(Version version, boolean encrypting, Attempt attempt) throws Exception {
        return record(
                fixture.sealHandler(encrypting).handle(new ArchiveSettled(version.id(), version.path()), attempt));
    }

    private static void rewrite(Path file, FileTime mtime) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[5] ^= 1;
            Files.write(file, bytes);
            Files.setLastModifiedTime(file, mtime);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
