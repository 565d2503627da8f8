package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGTERM ends with 0 within the bound, and the next start takes up what was left. */
class GracefulStopIT {
    private static final Duration PATIENCE = HangLimit.STEP;
    // beyond the bound there is only the end of the JVM
    private static final Duration GRACE = HangLimit.STEP;
    private static final Duration ANOTHER_ARCHIVE = Duration.ofSeconds(30);
    // sealing it takes a second and more with the quick compiler alone; what ships it is slowed down
    private static final long BIG = 32L << 20;
    private static final String BANDWIDTH = "BACKUP_OFFSITE_LOCALFS_BANDWIDTH";

    @TempDir
    Path directory;

    /** A point that is over before it was seen comes again with the next archive, where the process takes any. */
    private static void reach(KillPoint point, OffsiteHome home, OffsiteProcess process) {
        SampleArchives more = new SampleArchives(home.backups(), 9);
        AtomicInteger landed = new AtomicInteger();
        long start = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> {
            if (System.nanoTime() - start
                    > ANOTHER_ARCHIVE.multipliedBy(landed.get() + 1).toNanos()) {
                more.make("more_" + landed.incrementAndGet() + ".sql.gz", BIG);
            }
            return point.isAt(home, process);
        });
    }

    @Test
    void letsABigUploadEnd() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            home.set("BACKUP_OFFSITE_DRAIN_TIMEOUT", "10m").set(BANDWIDTH, "8M");
            new SampleArchives(home.backups(), 3).make("uploads_1.tar.gz", BIG);
            OffsiteProcess serve = home.start("serve", "-v");
            reach(KillPoint.UPLOAD, home, serve);
            serve.terminate();
            OffsiteProcess.Exit exit = serve.await(OffsiteHome.LONG);
            assertThat(exit.code()).as("%s", exit).isZero();
            assertThat(exit.err()).contains(": Shipped ");
            home.unset(BANDWIDTH).replicate();
            home.proof().everythingIsOffsite();
        }
    }

    /** A bound of minutes is kept too: this upload takes longer than anything else of a stop may. */
    @Test
    @Tag("slow")
    void letsASlowUploadEndWithinALongBound() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            home.set("BACKUP_OFFSITE_DRAIN_TIMEOUT", "5m").set(BANDWIDTH, "100K");
            new SampleArchives(home.backups(), 6).make("uploads_1.tar.gz", 9L << 20);
            OffsiteProcess serve = home.start("serve", "-v");
            reach(KillPoint.UPLOAD, home, serve);
            serve.terminate();
            OffsiteProcess.Exit exit = serve.await(Duration.ofMinutes(5).plus(GRACE));
            assertThat(exit.code()).as("%s", exit).isZero();
            assertThat(exit.err()).contains(": Shipped ").doesNotContain("took too long", "ERROR");
            home.unset(BANDWIDTH).replicate();
            home.proof().everythingIsOffsite();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"START", "ENCRYPTION", "UPLOAD", "VERIFICATION"})
    void withNoTimeToDrainItStopsAtOnceAndTheNextStartFinishes(KillPoint point) throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            home.set("BACKUP_OFFSITE_DRAIN_TIMEOUT", "0s");
            point.prepare(home);
            new SampleArchives(home.backups(), 4).make("database_1.sql.gz", BIG);
            OffsiteProcess serve = home.start("serve", "-v");
            if (point != KillPoint.START) {
                reach(point, home, serve);
            } else {
                await().atMost(PATIENCE).until(() -> serve.err().contains(": serving "));
            }
            serve.terminate();
            OffsiteProcess.Exit exit = serve.await(GRACE);
            assertThat(exit.code()).as("%s", exit).isZero();
            assertThat(exit.err()).doesNotContain("ERROR");
            point.restore(home);
            home.replicate();
            home.proof().everythingIsOffsite();
        }
    }

    @ParameterizedTest
    @EnumSource
    void replicateThatIsStoppedSaysWhatIsOpenAndTheNextOneFinishes(StoppedCommandsIT.Stop stop) throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            home.set("BACKUP_OFFSITE_DRAIN_TIMEOUT", "0s");
            // replicate takes no second archive if this one is sealed before it was seen
            new SampleArchives(home.backups(), 5).make("database_1.sql.gz", 3 * BIG);
            OffsiteProcess replicate = home.start("replicate", "-v");
            reach(KillPoint.ENCRYPTION, home, replicate);
            stop.send(replicate);
            OffsiteProcess.Exit exit = replicate.await(GRACE);
            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.out()).contains("stopped: what is open is taken up by the next run", "1 open");
            home.replicate();
            home.proof().everythingIsOffsite();
        }
    }
}
