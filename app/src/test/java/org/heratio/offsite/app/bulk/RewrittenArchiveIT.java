package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.Proof;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive that is written anew under its name, as ransomware does it, too: what is off-site stays. */
final class RewrittenArchiveIT {
    private static final String NAME = "db.sql.gz";
    private static final FileTime LATER = FileTime.from(Instant.parse("2026-02-03T04:05:06Z"));

    @Test
    void shipsTheSecondVersionBesideTheFirst(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            Path first = shipped(home, 1);
            String firstPayload = Proof.sha256(home.destination().resolve(NAME + ".gpg"));
            Path second = shipped(home, 2);

            String newer = "db.20260203T040506Z.sql.gz.gpg";
            assertThat(copies(home)).containsExactlyInAnyOrder(NAME + ".gpg", newer);
            assertThat(Proof.sha256(home.destination().resolve(NAME + ".gpg"))).isEqualTo(firstPayload);
            assertRow(home, newer);
            assertThat(restored(home, NAME)).hasSameBinaryContentAs(second);
            assertThat(restored(home, newer)).hasSameBinaryContentAs(second);
            assertThat(restored(home, NAME + ".gpg")).hasSameBinaryContentAs(first);

            String secondPayload = Proof.sha256(home.destination().resolve(newer));
            OffsiteProcess.Exit forced = home.run(OffsiteHome.LONG, "replicate", "--force");
            assertThat(forced.code()).as("replicate --force: %s", forced).isZero();
            assertThat(copies(home)).containsExactlyInAnyOrder(NAME + ".gpg", newer);
            assertThat(Proof.sha256(home.destination().resolve(newer)))
                    .as("another session key gives another payload under the same name")
                    .isNotEqualTo(secondPayload);
            assertThat(Proof.sha256(home.destination().resolve(NAME + ".gpg"))).isEqualTo(firstPayload);
            assertRow(home, newer);
            assertThat(restored(home, NAME)).hasSameBinaryContentAs(second);
        }
    }

    @Test
    void restoresTheFirstVersionByItsRemoteNameAlsoWhenNothingIsEncrypted(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir).set("BACKUP_ENCRYPTION_PASSPHRASE_FILE", "")) {
            Path first = shipped(home, 1);
            Path second = shipped(home, 2);
            assertThat(copies(home)).containsExactlyInAnyOrder(NAME, "db.20260203T040506Z.sql.gz");
            assertThat(restored(home, home.destination().resolve(NAME).toString()))
                    .hasSameBinaryContentAs(first);
            assertThat(restored(home, NAME)).hasSameBinaryContentAs(second);
        }
    }

    /** Writes the archive anew, ships it, and gives a duplicate that stays. */
    private static Path shipped(OffsiteHome home, int version) throws IOException, InterruptedException {
        Path archive = new SampleArchives(home.backups(), version).make(NAME, 40_000);
        Files.setLastModifiedTime(archive, FileTime.from(LATER.toInstant().plusSeconds(version - 2)));
        home.replicate();
        return Files.copy(archive, home.root().resolve("version-" + version));
    }

    private static void assertRow(OffsiteHome home, String remoteName) throws IOException, InterruptedException {
        List<LedgerRow> rows = home.history();
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).status()).isEqualTo("verified");
        assertThat(rows.get(0).remotePath())
                .isEqualTo(home.destination().resolve(remoteName).toString());
        home.proof().opensWithGpg(rows.get(0));
    }

    private static List<String> copies(OffsiteHome home) throws IOException {
        return Proof.files(home.destination()).stream()
                .map(copy -> Path.of(copy).getFileName().toString())
                .filter(name -> name.startsWith("db.") && !name.endsWith(".sha256"))
                .toList();
    }

    private static Path restored(OffsiteHome home, String archive) throws IOException, InterruptedException {
        Path target = home.root().resolve("restored.sql.gz");
        OffsiteProcess.Exit exit =
                home.run(OffsiteHome.SHORT, "restore", archive, "--to", target.toString(), "--force");
        assertThat(exit.code()).as("restore: %s", exit).isZero();
        return target;
    }
}
