package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of each command that works on copies, at any moment, with an S3 server, an rsync account and an SFTP account as
 * destinations at once. {@link KillIT} aims at phases, at one destination.
 */
class KilledCommandsIT {
    /** {@code -Doffsite.killed-commands=75} kills more of them than the usual run. */
    private static final int KILLS = Integer.getInteger("offsite.killed-commands", 10);

    private static final List<String> FAR = List.of("rsync", "sftp");

    @TempDir
    Path directory;

    /** The commands that are killed, each as often as the others. */
    private enum Victim {
        REPLICATE("replicate -v"),
        FORCE("replicate --force -v"),
        SERVE("serve -v"),
        VERIFY("verify-integrity --all -v"),
        RESTORE("restore");

        private final String line;

        Victim(String line) {
            this.line = line;
        }

        /** @param turn chooses the destination that a restore reads from */
        OffsiteProcess start(OffsiteHome home, int turn) throws Exception {
            if (this != RESTORE) {
                return home.start(line.split(" ", -1));
            }
            List<String> drivers = List.of("s3", "rsync", "sftp");
            return home.start(
                    line,
                    home.backups().resolve("first.tar.gz").toString(),
                    "--driver",
                    drivers.get(turn % drivers.size()),
                    "--force",
                    "--to",
                    restored(home).toString());
        }

        static Path restored(OffsiteHome home) throws Exception {
            return Files.createDirectories(home.root().resolve("restored"));
        }
    }

    @Test
    @Timeout(3 * HangLimit.TEST_SECONDS)
    void losesNothingWhicheverCommandIsKilled() throws Exception {
        long seed = Long.getLong("offsite.kill.seed", System.nanoTime());
        Random random = new Random(seed);
        System.out.println("KilledCommandsIT: seed " + seed);
        try (OffsiteHome home = new OffsiteHome(Files.createDirectory(directory.resolve("home")));
                FarServers servers = new FarServers(directory.resolve("rsync"));
                LandingArchives landing = new LandingArchives(home, random.nextLong())) {
            servers.shipTo(home);
            servers.shipToSftp(home, directory.resolve("sftp")).set("BACKUP_OFFSITE_DRIVER", "s3,rsync,sftp");
            Path first = new SampleArchives(home.backups(), seed).make("first.tar.gz", 8 << 20);
            home.replicate();

            Map<Victim, Integer> killed = new TreeMap<>();
            List<Victim> plan = plan(random);
            for (int turn = 0; turn < plan.size(); turn++) {
                kill(home, landing, plan.get(turn), turn, random);
                killed.merge(plan.get(turn), 1, Integer::sum);
            }
            landing.await();
            System.out.printf("KilledCommandsIT: killed %s, %d archives%n", killed, landing.count() + 1);

            home.fullSpeed();
            home.replicate();
            home.run(0, "verify-integrity", "--all");
            assertThat(home.history()).hasSize(3 * (landing.count() + 1));
            everythingIsThereAndNothingElse(home, servers);
            for (int turn = 0; turn < 3; turn++) {
                try (OffsiteProcess restore = Victim.RESTORE.start(home, turn)) {
                    assertThat(restore.await(OffsiteHome.LONG).code()).isZero();
                }
                assertThat(Proof.files(Victim.restored(home)))
                        .containsExactly(
                                Victim.restored(home).resolve("first.tar.gz").toString());
                assertThat(Victim.restored(home).resolve("first.tar.gz")).hasSameBinaryContentAs(first);
            }
        }
    }

    private static List<Victim> plan(Random random) {
        List<Victim> plan = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            plan.add(Victim.values()[i % Victim.values().length]);
        }
        Collections.shuffle(plan, random);
        return plan;
    }

    /** Kills a running process: a command that ended before its moment runs again, and is killed sooner. */
    private static void kill(OffsiteHome home, LandingArchives landing, Victim victim, int turn, Random random)
            throws Exception {
        long latest = 8_000;
        while (true) {
            landing.more();
            try (OffsiteProcess process = victim.start(home, turn)) {
                if (!process.ended(Duration.ofMillis(1 + random.nextLong(latest)))) {
                    process.kill();
                    return;
                }
            }
            latest = Math.max(500, latest / 2);
        }
    }

    private static void everythingIsThereAndNothingElse(OffsiteHome home, FarServers servers) throws Exception {
        Proof proof = home.proof();
        Map<String, List<LedgerRow>> rows =
                home.history().stream().collect(Collectors.groupingBy(LedgerRow::driver, Collectors.toList()));
        assertThat(rows).containsOnlyKeys("s3", "rsync", "sftp");
        Set<String> archives = new TreeSet<>(Proof.files(home.backups()));
        rows.forEach((driver, those) -> assertThat(those)
                .as(driver)
                .allMatch(row -> row.status().equals("verified"))
                .extracting(LedgerRow::localPath)
                .containsExactlyInAnyOrderElementsOf(archives));
        proof.theSpoolIsEmpty();
        for (String driver : FAR) {
            List<LedgerRow> copies = rows.getOrDefault(driver, List.of());
            proof.nothingElseIsIn(home.root().resolveSibling(driver), copies);
            proof.checksumsAreRight(copies);
            for (LedgerRow copy : copies) {
                proof.opensWithGpg(copy);
            }
        }
        Set<String> keys = servers.s3().keys("");
        keys.removeIf(key -> key.contains("/" + Installation.DIRECTORY + "/"));
        assertThat(keys)
                .as("objects at s3")
                .containsExactlyElementsOf(rows.getOrDefault("s3", List.of()).stream()
                        .map(LedgerRow::remotePath)
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(servers.s3().uploads()).as("unfinished uploads at s3").isEmpty();
    }
}
