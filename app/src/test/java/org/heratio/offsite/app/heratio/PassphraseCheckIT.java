package org.heratio.offsite.app.heratio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A passphrase that does not open what was shipped is known long before somebody needs it. */
class PassphraseCheckIT {
    @TempDir
    Path directory;

    @Test
    void aWrongPassphraseIsToldUntilTheFormerOneIsNamed() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            new SampleArchives(home.backups(), 3).make("a.sql.gz", 3_000);
            HeratioCommands.ok(home, "replicate");
            Path former = home.root().resolve("former");
            Files.copy(home.gpg().passphraseFile(), former);
            Files.writeString(home.gpg().passphraseFile(), "another one\n");

            OffsiteProcess.Exit verified = home.run(OffsiteHome.SHORT, "verify-integrity", "--all");
            assertThat(verified.code()).as("%s", verified).isEqualTo(1);
            assertThat(verified.err()).contains("WRONG PASSPHRASE", "BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE");
            OffsiteProcess.Exit doctor = home.run(OffsiteHome.SHORT, "doctor");
            assertThat(doctor.code()).isEqualTo(1);
            assertThat(doctor.out()).containsPattern("FAIL .*does not open");

            String passphrase = home.gpg().passphraseFile().toString();
            home.unset("BACKUP_ENCRYPTION_PASSPHRASE_FILE");
            OffsiteProcess.Exit without = HeratioCommands.ok(home, "verify-integrity", "--all");
            assertThat(without.err())
                    .as("who has no passphrase knows of no wrong one")
                    .doesNotContain("WRONG PASSPHRASE");
            doctor = home.run(OffsiteHome.SHORT, "doctor");
            assertThat(doctor.code()).as("nothing can be shipped").isEqualTo(1);
            assertThat(doctor.out()).containsPattern("warn .*no passphrase is set here");

            home.set("BACKUP_ENCRYPTION_PASSPHRASE_FILE", passphrase);
            home.set("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", former.toString());
            HeratioCommands.ok(home, "verify-integrity", "--all");
            assertThat(HeratioCommands.ok(home, "doctor").out()).containsPattern("warn .*former passphrase");
            Path restored = home.root().resolve("restored.gz");
            HeratioCommands.ok(home, "restore", "a.sql.gz", "--to", restored.toString());
            assertThat(Files.mismatch(restored, home.backups().resolve("a.sql.gz")))
                    .isEqualTo(-1L);
        }
    }
}
