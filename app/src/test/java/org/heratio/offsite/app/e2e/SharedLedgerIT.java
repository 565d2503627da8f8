package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one embedded ledger: whoever opened it first may go at any time. */
class SharedLedgerIT {
    private static final Duration PATIENCE = HangLimit.STEP;

    @TempDir
    Path directory;

    private SampleArchives archives;

    private OffsiteHome home() throws Exception {
        OffsiteHome home = new OffsiteHome(directory);
        archives = new SampleArchives(home.backups(), 2);
        return home;
    }

    private void land(String prefix, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            archives.make(prefix + i + (i % 2 == 0 ? ".sql.gz" : ".zip"), i % 5 == 4 ? 12 << 20 : 30_000);
        }
    }

    private static void serving(OffsiteProcess serve) {
        await().atMost(PATIENCE).until(() -> serve.err().contains(": serving "));
    }

    private static void working(OffsiteProcess process) {
        await().atMost(PATIENCE).until(() -> process.err().contains(": Shipped "));
    }

    private static void endsWell(OffsiteProcess process) throws InterruptedException {
        OffsiteProcess.Exit exit = process.await(OffsiteHome.LONG);
        assertThat(exit.code()).as("%s", exit).isZero();
    }

    @Test
    void twoReplicatesGoOnWhenTheServeThatOpenedTheLedgerIsKilled() throws Exception {
        try (OffsiteHome home = home()) {
            OffsiteProcess serve = home.start("serve", "-v");
            serving(serve);
            land("a", 15);
            OffsiteProcess first = home.start("replicate", "-v");
            OffsiteProcess second = home.start("replicate", "-v");
            working(serve);
            await().atMost(PATIENCE)
                    .until(() -> first.err().contains("ScanCompleted")
                            && second.err().contains("ScanCompleted"));
            serve.kill();
            endsWell(first);
            endsWell(second);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void serveGoesOnWhenTheReplicateThatOpenedTheLedgerExits() throws Exception {
        try (OffsiteHome home = home()) {
            land("a", 5);
            OffsiteProcess first = home.start("replicate", "-v");
            await().atMost(PATIENCE).until(() -> first.err().contains("ScanCompleted"));
            OffsiteProcess serve = home.start("serve", "-v");
            endsWell(first);
            serving(serve);
            land("b", 5);
            OffsiteProcess second = home.start("replicate");
            endsWell(second);
            land("c", 3);
            await().atMost(PATIENCE)
                    .until(() -> serve.err()
                                    .lines()
                                    .filter(line -> line.contains("Verified "))
                                    .count()
                            >= 3);
            endsWell(home.start("replicate"));
            serve.terminate();
            endsWell(serve);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void replicateGoesOnWhenTheServeThatOpenedTheLedgerIsStopped() throws Exception {
        try (OffsiteHome home = home()) {
            OffsiteProcess serve = home.start("serve", "-v");
            serving(serve);
            land("a", 10);
            OffsiteProcess replicate = home.start("replicate", "-v");
            working(serve);
            serve.terminate();
            endsWell(serve);
            endsWell(replicate);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void fourThatStartAtOnceOnNothingMakeOneLedger() throws Exception {
        try (OffsiteHome home = home()) {
            land("a", 6);
            OffsiteProcess[] all = new OffsiteProcess[4];
            for (int i = 0; i < all.length; i++) {
                all[i] = home.start("replicate", "-v");
            }
            for (OffsiteProcess one : all) {
                endsWell(one);
            }
            home.proof().everythingIsOffsite();
        }
    }
}
