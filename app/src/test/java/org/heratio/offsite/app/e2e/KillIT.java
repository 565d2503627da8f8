package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} at any point loses nothing, ships nothing twice, and leaves nothing lying about. */
class KillIT {
    /** {@code -Doffsite.kills=30} kills more of them than the usual run. */
    private static final int KILLS = Integer.getInteger("offsite.kills", 12);

    @TempDir
    Path directory;

    /** A failure is looked into with {@code -Doffsite.kill.seed=<the seed it printed>}; times differ, the plan does not. */
    private static long seed() {
        return Long.getLong("offsite.kill.seed", System.nanoTime());
    }

    @Test
    @Timeout(HangLimit.TEST_SECONDS)
    void losesNothingWhenServeAndReplicateAreKilledAtRandomPoints() throws Exception {
        long seed = seed();
        Random random = new Random(seed);
        System.out.println("KillIT: seed " + seed);
        long start = System.nanoTime();
        try (OffsiteHome home = new OffsiteHome(directory);
                LandingArchives landing = new LandingArchives(home, random.nextLong())) {
            landing.now();
            KillTally tally = new KillTally();
            for (KillPoint aim : plan(random)) {
                kill(home, landing, aim, random, tally);
            }
            landing.await();
            System.out.printf("KillIT: %s, %d archives, %d s%n", tally, landing.count(), seconds(start));
            assertThat(tally.kills())
                    .as("kills of running processes: %s", tally)
                    .isGreaterThanOrEqualTo(KILLS);
            assertThat(tally.phases()).as("phases: %s", tally).containsAll(KillPoint.PHASES);

            home.fullSpeed();
            home.replicate();
            System.out.printf("KillIT: clean after %d s%n", seconds(start));
            List<LedgerRow> rows = home.proof().everythingIsOffsite();
            System.out.printf("KillIT: %d copies proved after %d s%n", rows.size(), seconds(start));
            assertThat(rows).hasSize(landing.count());
        }
    }

    private static long seconds(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }

    private static List<KillPoint> plan(Random random) {
        List<KillPoint> plan = new ArrayList<>();
        KillPoint[] points = KillPoint.values();
        for (int i = 0; i < KILLS; i++) {
            plan.add(points[i % points.length]);
        }
        Collections.shuffle(plan, random);
        return plan;
    }

    /** A process, or two at once on the same ledger, killed where the aim is: rounds that miss it are repeated. */
    private static void kill(OffsiteHome home, LandingArchives landing, KillPoint aim, Random random, KillTally tally)
            throws Exception {
        boolean hit = false;
        while (!hit) {
            landing.more();
            String victim = random.nextBoolean() ? "serve" : "replicate";
            boolean accompanied = random.nextInt(4) == 0;
            aim.prepare(home);
            try (OffsiteProcess other = accompanied ? home.start("replicate", "-v") : null;
                    OffsiteProcess process = home.start(victim, "-v")) {
                hit = aim.await(home, landing, process, random);
                tally.kill(home, victim, process);
                if (other != null) {
                    tally.kill(home, "replicate", other);
                }
            } finally {
                aim.restore(home);
            }
        }
    }
}
