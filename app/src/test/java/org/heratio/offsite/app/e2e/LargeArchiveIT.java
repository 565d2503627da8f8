package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with the size of an archive. */
class LargeArchiveIT {
    private static final long MEGA = 1L << 20;

    @TempDir
    Path directory;

    @Test
    void threeHundredMegabytesPassThroughAHeapOf96() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory).fullSpeed("-Xmx96m")) {
            ship(home, 300 * MEGA, OffsiteHome.LONG);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    @Tag("slow")
    void fiveGigabytesPassThroughAHeapOf256() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory).fullSpeed("-Xmx256m")) {
            ship(home, 5_000 * MEGA, Duration.ofMinutes(20));
            List<LedgerRow> rows = home.proof().everyArchiveIsVerified();
            home.proof().nothingIsLeftOver(rows);
            home.proof().checksumsAreRight(rows);
            home.proof().opensWithGpg(rows.get(0));
            home.proof().restores(rows.get(0));
        }
    }

    private static void ship(OffsiteHome home, long bytes, Duration limit) throws Exception {
        new SampleArchives(home.backups(), 9).make("uploads_1.tar.gz", bytes);
        long start = System.nanoTime();
        OffsiteProcess replicate = home.start("replicate");
        long peak = 0;
        while (!replicate.ended(Duration.ofMillis(100)) && System.nanoTime() - start < limit.toNanos()) {
            peak = Math.max(peak, replicate.peakResidentBytes());
        }
        OffsiteProcess.Exit exit = replicate.await(OffsiteHome.SHORT);
        assertThat(exit.code()).as("%s", exit).isZero();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "LargeArchiveIT: %d MiB in %.1f s (%.0f MB/s), peak RSS %d MiB%n",
                bytes / MEGA, seconds, bytes / 1e6 / seconds, peak / MEGA);
    }
}
