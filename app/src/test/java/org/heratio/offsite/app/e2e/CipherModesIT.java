package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A ledger with copies of both cipher modes. */
@Timeout(HangLimit.TEST_SECONDS)
final class CipherModesIT {
    private static final String OF_CFB = "a.sql.gz";
    private static final String OF_OCB = "b.sql.gz";

    @Test
    void copiesOfBothModesAreCheckedRestoredAndRepairedWhicheverModeIsSet(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            new SampleArchives(home.backups(), 1).make(OF_CFB, 40_000);
            home.replicate();
            home.set("BACKUP_OFFSITE_CIPHER", "ocb");
            new SampleArchives(home.backups(), 2).make(OF_OCB, 40_000);
            home.replicate();

            assertThat(packets(home, OF_CFB)).contains("mdc_method: 2");
            assertThat(packets(home, OF_OCB)).contains("aead encrypted packet");
            assertThat(home.run(0, "doctor").out()).contains("opens with the passphrase");
            assertRestored(home);

            home.set("BACKUP_OFFSITE_CIPHER", "cfb");
            assertThat(home.run(0, "doctor").out()).contains("opens with the passphrase");
            assertRestored(home);

            Files.delete(home.destination().resolve(OF_OCB + ".gpg"));
            home.run(1, "verify-integrity", "--all");
            assertThat(packets(home, OF_OCB)).contains("mdc_method: 2");
            assertRestored(home);
        }
    }

    private static String packets(OffsiteHome home, String name) throws Exception {
        return home.gpg().packets(home.destination().resolve(name + ".gpg"));
    }

    private static void assertRestored(OffsiteHome home) throws Exception {
        for (String name : new String[] {OF_CFB, OF_OCB}) {
            Path restored = home.root().resolve("restored");
            home.run(0, "restore", name, "--to", restored.toString());
            assertThat(restored).as(name).hasSameBinaryContentAs(home.backups().resolve(name));
            Files.delete(restored);
        }
    }
}
