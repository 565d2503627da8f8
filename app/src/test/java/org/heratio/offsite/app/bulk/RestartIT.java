package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.Proof;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} that goes and comes again, and a backup directory that does so. */
final class RestartIT {
    @Test
    void shipsAtItsStartWhatLandedWhileItWasDown(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            SampleArchives samples = new SampleArchives(home.backups(), 3);
            try (Serving serve = Serving.start(home)) {
                samples.make("watched.sql.gz", 5_000);
                serve.awaitVerified(1, OffsiteHome.SHORT);
                serve.stop();
            }
            List<String> before = Proof.files(home.destination());
            for (String name : new String[] {"missed-1.sql.gz", "missed-2.zip", "sub/missed-3.tar.gz"}) {
                samples.make(name, 5_000);
            }
            try (Serving serve = Serving.start(home)) {
                serve.awaitVerified(3, OffsiteHome.SHORT);
                serve.stop();
                assertThat(serve.says("Shipped archive="))
                        .as("nothing is shipped twice")
                        .isEqualTo(3);
            }
            assertThat(Proof.files(home.destination())).containsAll(before);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void watchesOnWhenTheBackupDirectoryIsDeletedAndMadeAgain(@TempDir Path dir) throws Exception {
        // so rarely that what is found was seen by the watch
        try (OffsiteHome home = new OffsiteHome(dir).set("BACKUP_OFFSITE_SCAN_INTERVAL", "1h");
                Serving serve = Serving.start(home)) {
            SampleArchives samples = new SampleArchives(home.backups(), 4);
            samples.make("before.sql.gz", 5_000);
            samples.make("sub/before.sql.gz", 5_000);
            serve.awaitVerified(2, OffsiteHome.SHORT);

            delete(home.backups());
            Files.createDirectory(home.backups());
            samples.make("after.sql.gz", 5_000);
            serve.awaitVerified(3, OffsiteHome.SHORT);
            // by now the new directory is watched, and new ones below it are
            samples.make("sub/after.sql.gz", 5_000);
            serve.awaitVerified(4, OffsiteHome.SHORT);
            serve.stop();

            List<LedgerRow> rows = home.history();
            assertThat(rows)
                    .hasSize(4)
                    .allSatisfy(row -> assertThat(row.status()).isEqualTo("verified"));
            home.proof().nothingIsLeftOver(rows);
            home.proof().checksumsAreRight(rows);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
