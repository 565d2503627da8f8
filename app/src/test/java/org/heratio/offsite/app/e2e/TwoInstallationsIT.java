package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two installations that ship archives of the same names and other bytes to the same places, at the same moment, and verify and repair there
 * at the same moment too: nothing of either is lost.
 */
class TwoInstallationsIT {
    private static final List<String> DRIVERS = List.of("s3", "rsync", "sftp", "localfs");
    /** {@code -Doffsite.shared-archives=12} has the two meet more often in each round. */
    private static final int ARCHIVES = Integer.getInteger("offsite.shared-archives", 4);
    /** {@code -Doffsite.shared-rounds=60} is an hour of archives that land once a minute. */
    private static final int ROUNDS = Integer.getInteger("offsite.shared-rounds", 1);

    @TempDir
    Path directory;

    private FarServers servers;
    private OffsiteHome one;
    private OffsiteHome two;

    @BeforeEach
    void start() throws Exception {
        servers = new FarServers(directory.resolve("far"));
        one = installation("one");
        two = installation("two");
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        two.close();
        servers.close();
    }

    private OffsiteHome installation(String name) throws Exception {
        OffsiteHome home = new OffsiteHome(Files.createDirectory(directory.resolve(name)));
        servers.shipToSftp(home, directory.resolve("sftp"));
        servers.shipTo(home)
                .set("BACKUP_OFFSITE_LOCALFS_PATH", directory.resolve("shared").toString())
                .set("BACKUP_OFFSITE_DRIVER", String.join(",", DRIVERS));
        return home;
    }

    /** A nightly dump replaces the one of the night before, and others get names of their own. */
    private static void land(OffsiteHome home, int round) throws Exception {
        SampleArchives archives =
                new SampleArchives(home.backups(), 31L * round + home.root().hashCode());
        archives.make("nightly.sql.gz", 20_000 + round);
        for (int i = 0; i < ARCHIVES; i++) {
            archives.make("database_" + round + "_" + i + ".sql.gz", 20_000);
        }
    }

    @Test
    @Timeout(6 * HangLimit.TEST_SECONDS)
    void loseNothingToEachOther() throws Exception {
        for (String place : List.of("shared", "far", "sftp")) {
            Files.createDirectory(directory.resolve(place));
        }
        for (int round = 0; round < ROUNDS; round++) {
            land(one, round);
            land(two, round);
            for (OffsiteProcess.Exit exit : both("replicate")) {
                wentWell(exit);
            }
            damage(one);
            damage(two);
            // each finds its own damage, and neither takes the other's copies for damaged ones of its own
            both("verify-integrity", "--all");
            both("verify-integrity", "--all");
        }
        namesTheOther(one);
        namesTheOther(two);
        for (OffsiteHome home : List.of(one, two)) {
            OffsiteProcess.Exit verified = home.run(OffsiteHome.LONG, "verify-integrity", "--all");
            wentWell(verified);
            int copies = DRIVERS.size() * ROUNDS * (ARCHIVES + 1);
            assertThat(verified.out()).contains(copies + " done, 0 failed");
            everyArchiveComesBack(home);
        }
        noPathBelongsToBoth();
    }

    /** Runs a command of both installations at the same time. */
    private List<OffsiteProcess.Exit> both(String... command) throws Exception {
        try (OffsiteProcess first = one.start(command);
                OffsiteProcess second = two.start(command)) {
            return List.of(first.await(OffsiteHome.LONG), second.await(OffsiteHome.LONG));
        }
    }

    private static void wentWell(OffsiteProcess.Exit exit) {
        assertThat(exit.code()).as("%s", exit).isZero();
    }

    private static void namesTheOther(OffsiteHome home) throws Exception {
        OffsiteProcess.Exit doctor = home.run(OffsiteHome.SHORT, "doctor");
        for (String driver : DRIVERS) {
            assertThat(doctor.out()).contains("destination " + driver + ": another installation, ");
        }
    }

    /** Takes one copy of an installation away, and spoils another, at the destinations that are directories here. */
    private void damage(OffsiteHome home) throws Exception {
        List<LedgerRow> rows = home.history();
        for (String driver : List.of("rsync", "sftp", "localfs")) {
            List<Path> copies = rows.stream()
                    .filter(row -> row.driver().equals(driver))
                    .map(row -> Path.of(row.remotePath()))
                    .toList();
            Files.delete(copies.get(0));
            Files.writeString(copies.get(1), "spoiled");
        }
        servers.s3()
                .flipAByte(rows.stream()
                        .filter(row -> row.driver().equals("s3"))
                        .findFirst()
                        .orElseThrow()
                        .remotePath());
    }

    private void everyArchiveComesBack(OffsiteHome home) throws Exception {
        int i = 0;
        for (String file : Proof.files(home.backups())) {
            Path archive = Path.of(file);
            String driver = DRIVERS.get(i++ % DRIVERS.size());
            Path restored = home.root().resolve("restored-" + i);
            wentWell(home.run(
                    OffsiteHome.SHORT, "restore", archive.toString(), "--driver", driver, "--to", restored.toString()));
            assertThat(Files.mismatch(archive, restored))
                    .as("%s from %s", archive, driver)
                    .isEqualTo(-1L);
        }
        assertThat(i).isEqualTo(ROUNDS * ARCHIVES + 1);
    }

    private void noPathBelongsToBoth() throws Exception {
        List<LedgerRow> rows = new ArrayList<>(one.history());
        rows.addAll(two.history());
        Map<String, Long> holders = rows.stream()
                .collect(Collectors.groupingBy(row -> row.driver() + ":" + row.remotePath(), Collectors.counting()));
        assertThat(holders.values())
                .hasSize(2 * DRIVERS.size() * (ROUNDS * ARCHIVES + 1))
                .containsOnly(1L);
    }
}
