package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.QuickCipher;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.ProgressSink;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spool on a file system of 8 MiB; skipped where this user may not mount one. */
class FullFileSystemIT {
    private static final ProgressSink QUIET = (version, driver, done, total) -> {};

    @TempDir
    Path dir;

    private Path mount;
    private Path backups;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        backups = Files.createDirectory(dir.resolve("backups"));
        mount = Files.createDirectory(dir.resolve("small"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", mount.toString());
        Requires.that(mounted, "a tmpfs cannot be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", "-l", mount.toString());
        }
    }

    @Test
    void waitsAndRecoversWhenThereIsRoomAgain() throws Exception {
        Path junk = Files.write(mount.resolve("junk"), new byte[6 << 20]);
        Version version =
                Archives.version(backups, Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE)));
        Spool spool = new Spool(mount.resolve("spool"));
        assertThat(sealer(spool).seal(version, QUIET))
                .isInstanceOfSatisfying(
                        Sealing.NoRoom.class, none -> assertThat(none.why()).contains("BACKUP_OFFSITE_SPOOL_DIR"));
        Files.delete(junk);
        assertThat(sealer(spool).seal(version, QUIET)).isInstanceOf(Sealing.Sealed.class);
    }

    @Test
    void waitsWhenItFillsUpMeanwhile() throws Exception {
        Version version =
                Archives.version(backups, Files.write(backups.resolve("a.gz"), Archives.gzip(Archives.LARGE)));
        Spool spool = new Spool(mount.resolve("spool"));
        ProgressSink filling = (v, driver, done, total) -> fill(mount.resolve("junk"));
        assertThat(sealer(spool).seal(version, filling))
                .isInstanceOfSatisfying(
                        Sealing.NoRoom.class, none -> assertThat(none.why()).contains("is full"));
        try (Stream<Path> left = Files.list(spool.root())) {
            assertThat(left).isEmpty();
        }
    }

    private static void fill(Path junk) {
        try (var out = Files.newOutputStream(junk)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            // as wanted
        }
    }

    private Sealer sealer(Spool spool) {
        return new Sealer(
                new BackupDirectory(backups),
                spool,
                QuickCipher.create(),
                Optional.of(Passphrase.of("secret".toCharArray())),
                CompletenessMode.HOLD,
                Duration.ofMillis(10));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
