package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.heratio.offsite.app.bulk.SlowWriter.Middle;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.Proof;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps that are written under their final name while {@code serve} watches. */
final class SlowWritersIT {
    private static final int PAUSE_SECONDS = 20;

    /** A dump under way. */
    private record Dump(Path file, Middle middle, Process writer) {}

    @Test
    void shipsEachDumpOnceAndOnlyWhenItsWriterIsDone(@TempDir Path dir) throws Exception {
        List<Dump> dumps = new ArrayList<>();
        try (OffsiteHome home = new OffsiteHome(dir);
                Serving serve = Serving.start(home)) {
            for (Middle middle : Middle.values()) {
                Path file = home.backups().resolve("database_" + middle.name().toLowerCase(Locale.ROOT) + ".sql.gz");
                dumps.add(new Dump(file, middle, SlowWriter.start(file, middle, PAUSE_SECONDS, dumps.size())));
            }
            await().atMost(OffsiteHome.LONG)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> nothingIsShippedEarly(home, dumps));
            long ended = System.nanoTime();
            for (Dump dump : dumps) {
                assertThat(dump.writer().waitFor()).isZero();
            }
            serve.awaitVerified(dumps.size(), OffsiteHome.SHORT);
            System.out.printf("slow writers: last close to last verified %.1f s%n", (System.nanoTime() - ended) / 1e9);
            serve.stop();

            // the listing of the destination is exact: no second copy, no other name
            for (LedgerRow row : home.proof().everythingIsOffsite()) {
                assertThat(row.remotePath()).isEqualTo(home.destination().resolve(row.name()) + ".gpg");
                assertThat(serve.says("Shipped archive=" + row.localPath())).isEqualTo(1);
                home.proof().restores(row);
            }
        } finally {
            dumps.forEach(dump -> dump.writer().destroyForcibly());
        }
    }

    /** Whether all writers are done. */
    private static boolean nothingIsShippedEarly(OffsiteHome home, List<Dump> dumps) throws IOException {
        boolean done = true;
        for (Dump dump : dumps) {
            // in this order: what lies there before the writer was seen alive came too early
            List<String> there = Proof.copies(home.destination());
            if (dump.writer().isAlive()) {
                done = false;
                assertThat(there)
                        .as("copies while the writer that %s is at work", dump.middle())
                        .noneMatch(
                                copy -> copy.contains(dump.file().getFileName().toString()));
            }
        }
        return done;
    }
}
