package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two ledgers for one backup directory, at one destination: by mistake, or since the first one is lost. */
class SameDirectoryIT {
    @TempDir
    Path directory;

    @Test
    void aSecondLedgerOnOneDirectoryIsTold() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory).onEmbeddedLedger()) {
            new SampleArchives(home.backups(), 6).make("a.sql.gz", 20_000);
            home.replicate();
            home.set("BACKUP_OFFSITE_STATE_DIR", directory.resolve("second").toString());

            OffsiteProcess.Exit before = home.run(1, "doctor");
            OffsiteProcess.Exit replicated = home.replicate();
            OffsiteProcess.Exit after = home.run(OffsiteHome.LONG, "doctor");

            assertThat(before.out()).contains("an older ledger may be lost", "put the older ledger back");
            assertThat(replicated.err()).contains("an older ledger may be lost");
            assertThat(after.out()).contains("seems to ship the same backup directory there too");
        }
    }
}
