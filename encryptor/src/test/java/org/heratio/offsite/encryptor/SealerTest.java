package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Pipes;
import org.heratio.offsite.files.Swap;
import org.heratio.offsite.files.Victim;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.heratio.offsite.openpgp.QuickCipher;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.ProgressSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {
    private static final String SECRET = "correct horse";
    private static final int RACES = 1000;
    private static final ProgressSink QUIET = (version, driver, done, total) -> {};

    private final PayloadCipher cipher = QuickCipher.create();

    @TempDir
    Path dir;

    private Path backups;
    private Spool spool;

    @BeforeEach
    void directories() throws IOException {
        backups = Files.createDirectory(dir.resolve("backups"));
        spool = new Spool(dir.resolve("spool"), 100 << 20);
    }

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().matches(".*-(encrypt|write)"));
    }

    @Test
    void hashesChecksAndEncryptsInOnePass() throws Exception {
        byte[] archive = Archives.gzip(Archives.LARGE);
        Path file = Files.write(backups.resolve("a.sql.gz"), archive);
        Sealing.Sealed sealed = sealed(sealer(CompletenessMode.HOLD).seal(version(file), QUIET));
        byte[] payload = Files.readAllBytes(spool.resolve(sealed.spoolFile()));
        assertThat(sealed)
                .isEqualTo(new Sealing.Sealed(
                        Archives.sha256(archive), sealed.spoolFile(), Archives.sha256(payload), payload.length, true));
        try (InputStream in =
                cipher.decrypt(Files.newInputStream(spool.resolve(sealed.spoolFile())), SECRET.toCharArray())) {
            assertThat(in.readAllBytes()).isEqualTo(archive);
        }
    }

    @Test
    void closesAPayloadThatNobodyCanOpen() throws Exception {
        Path payload = Files.writeString(dir.resolve("v1.payload"), "no OpenPGP message");
        assertThatThrownBy(() -> sealer(CompletenessMode.HOLD).archiveSha256(payload))
                .isInstanceOf(FailureException.class);
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(fd -> isOf(fd, payload))).isEmpty();
        }
    }

    private static boolean isOf(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file.toRealPath());
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Test
    void withoutAPassphraseThePayloadIsTheArchive() throws Exception {
        byte[] archive = Archives.gzip(1000);
        Path file = Files.write(backups.resolve("a.sql.gz"), archive);
        Sealer plain = sealer(CompletenessMode.HOLD, Optional.empty());
        String hash = Archives.sha256(archive);
        assertThat(plain.seal(version(file), QUIET))
                .isEqualTo(new Sealing.Sealed(hash, "", hash, archive.length, false));
        assertThat(sealer(CompletenessMode.HOLD).seal(Archives.version(backups, file, true, false), QUIET))
                .isEqualTo(new Sealing.Sealed(hash, "", hash, archive.length, false));
        assertSpoolIsEmpty();
    }

    @Test
    void holdsWhatIsNotWhole() throws Exception {
        byte[] gzip = Archives.gzip(Archives.LARGE);
        byte[] zip = Archives.zip(Archives.LARGE);
        byte[] brokenCrc = gzip.clone();
        brokenCrc[gzip.length - 8] ^= 1;
        assertHeld("cut.sql.gz", Arrays.copyOf(gzip, gzip.length / 2), ErrorCode.ARCHIVE_INCOMPLETE);
        assertHeld("crc.tar.gz", brokenCrc, ErrorCode.ARCHIVE_INCOMPLETE);
        assertHeld("cut.ZIP", Arrays.copyOf(zip, zip.length - 5), ErrorCode.ARCHIVE_INCOMPLETE);
        assertHeld("empty.gz", new byte[0], ErrorCode.ARCHIVE_EMPTY);
        assertHeld("empty.zip", new byte[0], ErrorCode.ARCHIVE_EMPTY);
        assertHeld("dumpfailed.sql.gz", Archives.gzip(0), ErrorCode.ARCHIVE_EMPTY);
    }

    private void assertHeld(String name, byte[] content, ErrorCode code) throws Exception {
        Path file = Files.write(backups.resolve(name), content);
        assertThat(failure(version(file), QUIET).code()).as(name).isEqualTo(code);
        assertThatThrownBy(() -> sealer(CompletenessMode.HOLD, Optional.empty()).seal(version(file), QUIET))
                .as("%s without a passphrase", name)
                .isInstanceOf(FailureException.class);
        assertSpoolIsEmpty();
        // forced, in mode warn and in mode off it is shipped as it is
        String hash = Archives.sha256(content);
        Version forced = Archives.version(backups, file, false, true);
        assertThat(sealed(sealer(CompletenessMode.HOLD).seal(forced, QUIET)).sha256())
                .isEqualTo(hash);
        for (CompletenessMode mode : new CompletenessMode[] {CompletenessMode.WARN, CompletenessMode.OFF}) {
            Sealing.Sealed sealed = sealed(sealer(mode).seal(version(file), QUIET));
            assertThat(sealed.sha256()).isEqualTo(hash);
        }
        for (String spooled : spool.list()) {
            spool.remove(spooled);
        }
    }

    @Test
    void binaryLogsHaveNoGate() throws Exception {
        Path file = Files.write(backups.resolve("mysql-bin.000123"), new byte[] {1, 2, 3});
        assertThat(sealer(CompletenessMode.HOLD).seal(version(file), QUIET)).isInstanceOf(Sealing.Sealed.class);
    }

    @Test
    void throwsAwayWhatChangedBeforeItWasOpened() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(1000));
        Version settled = version(file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertChanged(settled, QUIET);
    }

    @Test
    void throwsAwayWhatChangedWhileItWasRead() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE));
        assertChanged(version(file), once(() -> Files.setLastModifiedTime(file, FileTime.fromMillis(1))));
    }

    @Test
    void throwsAwayWhatGrowsWhileItIsRead() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE));
        assertChanged(version(file), (v, d, done, total) -> append(file, 1 << 21));
    }

    @Test
    void throwsAwayWhatIsCutOffWhileItIsRead() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE));
        assertChanged(version(file), once(() -> {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(1 << 20);
            }
        }));
    }

    @Test
    void anArchiveThatIsRemovedWhileItIsReadIsSafe() throws Exception {
        byte[] archive = Archives.gzip(Archives.LARGE);
        Path file = Files.write(backups.resolve("a.gz"), archive);
        Sealing sealing = sealer(CompletenessMode.HOLD).seal(version(file), once(() -> Files.delete(file)));
        assertThat(sealed(sealing).sha256()).isEqualTo(Archives.sha256(archive));
    }

    @Test
    void anArchiveThatIsReplacedWhileItIsReadIsSafe() throws Exception {
        byte[] archive = Archives.zip(Archives.LARGE);
        Path file = Files.write(backups.resolve("a.zip"), archive);
        Path other = Files.write(backups.resolve("other"), new byte[] {1});
        Sealing sealing = sealer(CompletenessMode.HOLD)
                .seal(version(file), once(() -> Files.move(other, file, StandardCopyOption.REPLACE_EXISTING)));
        assertThat(sealed(sealing).sha256()).isEqualTo(Archives.sha256(archive));
    }

    @Test
    void aPayloadThatIsTheArchiveGoesWithIt() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE));
        Version version = version(file);
        Sealer plain = sealer(CompletenessMode.HOLD, Optional.empty());
        assertThat(catchThrowableOfType(
                                FailureException.class, () -> plain.seal(version, once(() -> Files.delete(file))))
                        .failure()
                        .code())
                .isEqualTo(ErrorCode.ARCHIVE_GONE);
    }

    @Test
    void saysWhyAnArchiveCannotBeRead() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(1000));
        Version version = version(file);
        Files.delete(file);
        assertThat(failure(version, QUIET).code()).isEqualTo(ErrorCode.ARCHIVE_GONE);
        Files.createDirectory(file);
        assertThat(failure(version, QUIET).code()).isEqualTo(ErrorCode.ARCHIVE_UNREADABLE);
        Files.delete(file);
        Path secret = Files.writeString(dir.resolve("shadow"), "root:x");
        Files.createSymbolicLink(file, secret);
        assertThat(failure(version, QUIET).code()).isEqualTo(ErrorCode.PATH_OUTSIDE);
        assertSpoolIsEmpty();
    }

    @Test
    void anArchiveBehindASwappedDirectoryIsNeverRead() throws Exception {
        byte[] inside = Archives.gzip(1000);
        Path directory = Files.createDirectory(backups.resolve("d"));
        Path file = Files.write(directory.resolve("a.gz"), inside);
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Files.copy(file, outside.resolve("a.gz"), StandardCopyOption.COPY_ATTRIBUTES);
        FileTime mtime = Files.getLastModifiedTime(file);
        Files.write(outside.resolve("a.gz"), new byte[inside.length]);
        Files.setLastModifiedTime(outside.resolve("a.gz"), mtime);
        Path link = Files.createSymbolicLink(dir.resolve("link"), outside);

        sealWhileSwapping(version(file), directory, link);
    }

    @Test
    void aPipeThatTakesTheNameOfAnArchiveDoesNotHang() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(1000));
        Path pipe = Pipes.make(dir.resolve("pipe"));

        sealWhileSwapping(version(file), file, pipe);
    }

    /** Seals again and again. Whatever succeeds must be made of the bytes of the archive. */
    private void sealWhileSwapping(Version version, Path one, Path other) throws Exception {
        String hash = Archives.sha256(Files.readAllBytes(Path.of(version.path())));
        Sealer plain = sealer(CompletenessMode.OFF, Optional.empty());
        int read = 0;
        try (Swap swap = Swap.of(one, other)) {
            assertThat(swap).isNotNull();
            for (int i = 0; i < RACES; i++) {
                try {
                    if (plain.seal(version, QUIET) instanceof Sealing.Sealed sealed) {
                        assertThat(sealed.sha256()).isEqualTo(hash);
                        read++;
                    }
                } catch (FailureException e) {
                    assertThat(e.failure().code()).isIn(ErrorCode.PATH_OUTSIDE, ErrorCode.ARCHIVE_UNREADABLE);
                }
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void aHardLinkToAFileOfAnotherUserIsNotRead() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(1000));
        Files.createLink(dir.resolve("elsewhere"), file);
        Version version = version(file);
        assertThat(sealer(CompletenessMode.HOLD).seal(version, QUIET)).isInstanceOf(Sealing.Sealed.class);
        Files.setPosixFilePermissions(backups, PosixFilePermissions.fromString("rwxrwxrwx"));
        Victim.giveToNobody(file);

        Failure failure = failure(version, QUIET);

        assertThat(failure.code()).isEqualTo(ErrorCode.ARCHIVE_UNREADABLE);
        assertThat(failure.reason()).contains("another name elsewhere");
        assertThat(failure.hint()).contains("copy the file");
    }

    @Test
    void waitsWhenTheSpoolHasNoRoom() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE));
        Spool small = new Spool(dir.resolve("spool"), 1 << 20);
        Sealing sealing = new Sealer(
                        new BackupDirectory(backups),
                        small,
                        cipher,
                        passphrase(),
                        CompletenessMode.HOLD,
                        Duration.ofMillis(1))
                .seal(version(file), QUIET);
        assertThat(sealing)
                .isInstanceOfSatisfying(
                        Sealing.NoRoom.class,
                        none -> assertThat(none.why()).contains("BACKUP_OFFSITE_SPOOL_BUDGET to at least"));
        assertSpoolIsEmpty();
    }

    @Test
    void endsSoonWhenItIsInterrupted() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE));
        assertThatThrownBy(() -> sealer(CompletenessMode.HOLD)
                        .seal(
                                version(file),
                                (v, d, done, total) -> Thread.currentThread().interrupt()))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertSpoolIsEmpty();
    }

    @Test
    void leavesNothingBehindWhenTheCipherFails() throws Exception {
        Path file = Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE));
        PayloadCipher failing = new PayloadCipher() {
            @Override
            public OutputStream encrypt(OutputStream sink, char[] passphrase, long expected) {
                return new FilterOutputStream(sink) {
                    private long written;

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        written += length;
                        if (written > 1 << 20) {
                            throw new IOException("the cipher fails");
                        }
                        out.write(bytes, offset, length);
                    }
                };
            }

            @Override
            public InputStream decrypt(InputStream payload, char[] passphrase) {
                throw new UnsupportedOperationException();
            }
        };
        Sealer sealer = new Sealer(
                new BackupDirectory(backups),
                spool,
                failing,
                passphrase(),
                CompletenessMode.HOLD,
                Duration.ofSeconds(10));
        assertThatThrownBy(() -> sealer.seal(version(file), QUIET)).hasMessageContaining("the cipher fails");
        assertSpoolIsEmpty();
    }

    private void assertChanged(Version version, ProgressSink meanwhile) throws Exception {
        byte[] now = Files.readAllBytes(Path.of(version.path()));
        FileTime mtime = Files.getLastModifiedTime(Path.of(version.path()));
        for (Optional<Passphrase> passphrase : List.of(passphrase(), Optional.<Passphrase>empty())) {
            Files.write(Path.of(version.path()), now);
            Files.setLastModifiedTime(Path.of(version.path()), mtime);
            assertThat(sealer(CompletenessMode.HOLD, passphrase).seal(version, meanwhile))
                    .isInstanceOf(Sealing.Changed.class);
            assertSpoolIsEmpty();
        }
    }

    private Failure failure(Version version, ProgressSink meanwhile) {
        return catchThrowableOfType(
                        FailureException.class,
                        () -> sealer(CompletenessMode.HOLD).seal(version, meanwhile))
                .failure();
    }

    private void assertSpoolIsEmpty() throws IOException {
        if (Files.isDirectory(spool.root())) {
            try (Stream<Path> files = Files.list(spool.root())) {
                assertThat(files).isEmpty();
            }
        }
    }

    private static Sealing.Sealed sealed(Sealing sealing) {
        assertThat(sealing).isInstanceOf(Sealing.Sealed.class);
        return (Sealing.Sealed) sealing;
    }

    private Sealer sealer(CompletenessMode mode) {
        return sealer(mode, passphrase());
    }

    private Sealer sealer(CompletenessMode mode, Optional<Passphrase> passphrase) {
        return new Sealer(new BackupDirectory(backups), spool, cipher, passphrase, mode, Duration.ofSeconds(10));
    }

    private static Optional<Passphrase> passphrase() {
        return Optional.of(Passphrase.of(SECRET.toCharArray()));
    }

    private Version version(Path file) throws IOException {
        return Archives.version(backups, file);
    }

    private interface Change {
        void make() throws IOException;
    }

    /** Does something to the archive after its first MiB was read. */
    private static ProgressSink once(Change change) {
        return (version, driver, done, total) -> {
            if (done == 1 << 20) {
                try {
                    change.make();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private static void append(Path file, int bytes) {
        try {
            Files.write(file, new byte[bytes], StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
