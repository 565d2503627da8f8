package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.openpgp.Gpg;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.QuickCipher;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Run with {@code -P slow}; needs 5 GB of disk for a minute or two. */
@Tag("slow")
class LargeArchiveIT {
    private static final long MORE_THAN_4_GIB = (4L << 30) + 12_345;

    @TempDir
    Path dir;

    @Test
    void gpgOpensMoreThanFourGibibytes() throws Exception {
        Requires.that(Gpg.installed(), "gpg is not installed");
        Requires.that(Files.getFileStore(dir).getUsableSpace() > MORE_THAN_4_GIB * 5 / 4, "not enough room in " + dir);
        Gpg gpg = new Gpg(Files.createDirectory(dir.resolve("gpg")), "correct horse\n");
        Path backups = Files.createDirectory(dir.resolve("backups"));
        Path archive = sparse(backups.resolve("mysql-bin.000123"));
        Spool spool = new Spool(dir.resolve("spool"));
        Sealer sealer = new Sealer(
                new BackupDirectory(backups),
                spool,
                QuickCipher.create(),
                Optional.of(Passphrase.firstLineOf(gpg.passphraseFile())),
                CompletenessMode.HOLD,
                Duration.ZERO);
        Sealing.Sealed sealed =
                (Sealing.Sealed) sealer.seal(Archives.version(backups, archive), (version, driver, done, total) -> {});
        assertThat(sealed.payloadSize()).isGreaterThan(MORE_THAN_4_GIB);
        assertThat(gpg.decryptedSha256(spool.resolve(sealed.spoolFile()))).isEqualTo(sealed.sha256());
        assertThat(sealer.archiveSha256(spool.resolve(sealed.spoolFile()))).isEqualTo(sealed.sha256());
    }

    /** Mostly holes, which take no room, with something at both ends. */
    private static Path sparse(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            channel.write(ByteBuffer.wrap(new byte[] {4, 5, 6}), MORE_THAN_4_GIB - 3);
        }
        return file;
    }
}
