package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two installations that ship archives of the same names and other bytes to the same place, at the same moment, and then verify and repair
 * there in turns: nothing of either is lost.
 */
class TwoInstallationsIT {
    private static final List<String> DRIVERS = List.of("s3", "rsync", "localfs");
    /** {@code -Doffsite.shared-archives=12} has the two meet more often; at least one for each driver. */
    private static final int ARCHIVES = Integer.getInteger("offsite.shared-archives", 6);

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
        servers.shipTo(home);
        home.set("BACKUP_OFFSITE_LOCALFS_PATH", directory.resolve("shared").toString());
        SampleArchives archives = new SampleArchives(home.backups(), name.hashCode());
        for (int i = 0; i < ARCHIVES; i++) {
            archives.make("database_" + i + ".sql.gz", 20_000);
        }
        return home;
    }

    @Test
    void loseNothingToEachOther() throws Exception {
        Files.createDirectory(directory.resolve("shared"));
        Files.createDirectory(directory.resolve("far"));
        try (OffsiteProcess first = one.start("replicate");
                OffsiteProcess second = two.start("replicate")) {
            wentWell(first.await(OffsiteHome.LONG));
            wentWell(second.await(OffsiteHome.LONG));
        }
        namesTheOther(one);
        namesTheOther(two);

        damage(one);
        damage(two);
        for (OffsiteHome home : List.of(one, two, one, two)) {
            home.run(OffsiteHome.LONG, "verify-integrity", "--all");
        }

        for (OffsiteHome home : List.of(one, two)) {
            OffsiteProcess.Exit verified = home.run(OffsiteHome.LONG, "verify-integrity", "--all");
            wentWell(verified);
            assertThat(verified.out()).contains((DRIVERS.size() * ARCHIVES) + " done, 0 failed");
            everyArchiveComesBack(home);
        }
        noPathBelongsToBoth();
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
        for (String driver : List.of("rsync", "localfs")) {
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
        for (int i = 0; i < ARCHIVES; i++) {
            Path archive = home.backups().resolve("database_" + i + ".sql.gz");
            String driver = DRIVERS.get(i % DRIVERS.size());
            Path restored = home.root().resolve("restored-" + i);
            wentWell(home.run(
                    OffsiteHome.SHORT, "restore", archive.toString(), "--driver", driver, "--to", restored.toString()));
            assertThat(Files.mismatch(archive, restored))
                    .as("%s from %s", archive, driver)
                    .isEqualTo(-1L);
        }
    }

    private void noPathBelongsToBoth() throws Exception {
        List<LedgerRow> rows = new ArrayList<>(one.history());
        rows.addAll(two.history());
        Map<String, Long> holders = rows.stream()
                .collect(Collectors.groupingBy(row -> row.driver() + ":" + row.remotePath(), Collectors.counting()));
        assertThat(holders.values()).hasSize(2 * DRIVERS.size() * ARCHIVES).containsOnly(1L);
    }
}
