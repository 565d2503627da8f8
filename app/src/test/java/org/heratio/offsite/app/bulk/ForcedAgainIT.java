package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --force} must not do: put something worse over a good copy. */
final class ForcedAgainIT {
    private static final String NAME = "db.sql.gz";

    @Test
    void anArchiveThatRottedWithoutATraceDoesNotReplaceItsGoodCopy(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir).onEmbeddedLedger().set("BACKUP_OFFSITE_COMPLETENESS", "off")) {
            Path archive = new SampleArchives(home.backups(), 1).make(NAME, 40_000);
            byte[] good = Files.readAllBytes(archive);
            home.replicate();
            FileTime mtime = Files.getLastModifiedTime(archive);
            byte[] rotten = good.clone();
            rotten[rotten.length / 2] ^= 1;
            Files.setLastModifiedTime(Files.write(archive, rotten), mtime);
            home.leaveNoTraceOf(archive);

            OffsiteProcess.Exit forced =
                    home.run(OffsiteHome.LONG, "replicate", "--force", "--retry-for", OffsiteHome.PASSING);

            assertThat(forced.code()).as("replicate --force: %s", forced).isEqualTo(1);
            assertThat(forced.out()).contains("the copy off-site is left as it is");
            assertThat(restored(home)).hasBinaryContent(good);
            OffsiteProcess.Exit verify = home.run(OffsiteHome.LONG, "verify-integrity", "--all");
            assertThat(verify.code()).as("verify-integrity: %s", verify).isZero();
        }
    }

    @Test
    void whatWasShippedPlainIsShippedEncryptedOnceThereIsAPassphrase(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            Path archive = new SampleArchives(home.backups(), 1).make(NAME, 40_000);
            home.set("BACKUP_ENCRYPTION_PASSPHRASE_FILE", "").replicate();
            home.set(
                    "BACKUP_ENCRYPTION_PASSPHRASE_FILE",
                    home.gpg().passphraseFile().toString());

            OffsiteProcess.Exit forced = home.run(OffsiteHome.LONG, "replicate", "--force");

            assertThat(forced.code()).as("replicate --force: %s", forced).isZero();
            LedgerRow row = home.history().get(0);
            assertThat(row.encrypted()).isTrue();
            home.proof().opensWithGpg(row);
            assertThat(forced.err())
                    .contains(home.destination().resolve(NAME).toString())
                    .contains("stays there");
            assertThat(restored(home)).hasSameBinaryContentAs(archive);
        }
    }

    private static Path restored(OffsiteHome home) throws Exception {
        Path target = home.root().resolve("restored.sql.gz");
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "restore", NAME, "--to", target.toString(), "--force");
        assertThat(exit.code()).as("restore: %s", exit).isZero();
        return target;
    }
}
