package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spool, destination and ledger that fill up: what does not fit waits, says why, and goes on when there is room. */
class FullDiskIT {
    private static final Duration PATIENCE = HangLimit.STEP;
    private static final int MEGA = 1 << 20;

    @TempDir
    Path directory;

    private static void land(OffsiteHome home, int count) throws IOException {
        SampleArchives archives = new SampleArchives(home.backups(), 6);
        for (int i = 0; i < count; i++) {
            archives.make("database_" + i + ".sql.gz", 3 * MEGA);
        }
    }

    private static void allVerifiedInTheEnd(OffsiteHome home, int count) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(home.history())
                        .hasSize(count)
                        .allSatisfy(row -> assertThat(row.status()).isEqualTo("verified")));
    }

    @Test
    void aBudgetForOnePayloadAtATimeIsEnoughForAll() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            home.set("BACKUP_OFFSITE_SPOOL_BUDGET", String.valueOf(4 * MEGA));
            land(home, 6);
            OffsiteProcess replicate = home.start("replicate");
            long most = 0;
            while (!replicate.ended(Duration.ofMillis(5))) {
                most = Math.max(most, size(home.spool()));
            }
            OffsiteProcess.Exit exit = replicate.await(OffsiteHome.SHORT);
            assertThat(exit.code()).as("%s", exit).isZero();
            assertThat(most).as("bytes in the spool").isBetween(1L, 4L * MEGA);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void aBudgetThatIsTooSmallForAnArchiveIsSaidWithTheSettingToChange() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            home.set("BACKUP_OFFSITE_SPOOL_BUDGET", String.valueOf(MEGA));
            land(home, 1);
            new SampleArchives(home.backups(), 7).make("small.zip", 10_000);
            OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, "replicate", "--retry-for", OffsiteHome.PASSING);
            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.out())
                    .contains("verified  " + home.backups().resolve("small.zip"))
                    .contains("open")
                    .contains("budget of the spool")
                    .contains("BACKUP_OFFSITE_SPOOL_BUDGET");
            home.set("BACKUP_OFFSITE_SPOOL_BUDGET", String.valueOf(10 * MEGA));
            home.replicate();
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void aFullSpoolDiskIsSaidAndTheNextRunFinishes() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory);
                SmallDisk disk = new SmallDisk(directory.resolve("spooldisk"), 12 * MEGA)) {
            home.set("BACKUP_OFFSITE_SPOOL_DIR", disk.path().resolve("spool").toString());
            home.set("BACKUP_OFFSITE_SPOOL_BUDGET", "1G");
            disk.fill(MEGA);
            land(home, 3);
            OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, "replicate", "--retry-for", OffsiteHome.PASSING);
            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.out()).contains("3 open").contains("the file system of the spool", "make room there");
            disk.makeRoom();
            home.replicate();
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    @Tag("slow")
    void serveWaitsForASpoolDiskThatIsFull() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory);
                SmallDisk disk = new SmallDisk(directory.resolve("spooldisk"), 12 * MEGA)) {
            home.set("BACKUP_OFFSITE_SPOOL_DIR", disk.path().resolve("spool").toString());
            home.set("BACKUP_OFFSITE_SPOOL_BUDGET", "1G");
            disk.fill(MEGA);
            land(home, 3);
            OffsiteProcess serve = home.start("serve");
            await().atMost(PATIENCE).until(() -> serve.err().contains("the file system of the spool"));
            disk.makeRoom();
            allVerifiedInTheEnd(home, 3);
            assertThat(serve.running()).isTrue();
            stops(serve);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void aFullDestinationIsSaidAndTheNextRunFinishes() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory);
                SmallDisk disk = new SmallDisk(home.destination(), 14 * MEGA)) {
            disk.fill(4 * MEGA);
            land(home, 3);
            // the next run takes over the payloads of a process that has ended
            OffsiteProcess.Exit exit =
                    home.runProcess(OffsiteHome.LONG, "replicate", "--retry-for", OffsiteHome.PASSING);
            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.out())
                    .contains("1 done, 0 failed, 2 open")
                    .containsPattern("open .*(full|no space|No space)");
            assertThat(home.history())
                    .filteredOn(row -> !row.status().equals("verified"))
                    .allSatisfy(row -> assertThat(row.error()).isNotNull());
            disk.makeRoom();
            home.replicate();
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void serveWaitsForADestinationThatIsFull() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory);
                SmallDisk disk = new SmallDisk(home.destination(), 14 * MEGA)) {
            disk.fill(MEGA);
            OffsiteProcess serve = home.start("serve");
            land(home, 3);
            await().atMost(PATIENCE).until(() -> serve.err().contains("DESTINATION_FULL"));
            disk.makeRoom();
            allVerifiedInTheEnd(home, 3);
            stops(serve);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void serveWaitsForADestinationThatIsReadOnly() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory);
                SmallDisk disk = new SmallDisk(home.destination(), 14 * MEGA)) {
            disk.readOnly();
            OffsiteProcess serve = home.start("serve");
            land(home, 3);
            await().atMost(PATIENCE).until(() -> serve.err().contains("DESTINATION_READ_ONLY"));
            disk.writable();
            allVerifiedInTheEnd(home, 3);
            stops(serve);
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void serveWaitsForADiskOfTheLedgerThatIsFull() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory).onEmbeddedLedger();
                SmallDisk disk = new SmallDisk(home.state(), 24 * MEGA)) {
            home.set("BACKUP_OFFSITE_SPOOL_DIR", directory.resolve("spool").toString());
            SampleArchives archives = new SampleArchives(home.backups(), 8);
            OffsiteProcess serve = home.start("serve");
            archives.make("before.sql.gz", 10_000);
            await().atMost(PATIENCE).until(() -> serve.err().contains("Verified copy="));
            disk.fillUp();
            for (int i = 0; i < 20; i++) {
                archives.make("full_" + i + ".sql.gz", 10_000);
            }
            await().atMost(PATIENCE)
                    .until(() -> serve.err().contains("the disk of the ledger's database is full: make room there"));
            assertThat(home.run(OffsiteHome.SHORT, "status").err()).contains("make room there");
            assertThat(serve.running()).as(serve.err()).isTrue();
            disk.makeRoom();
            allVerifiedInTheEnd(home, 21);
            stops(serve);
            home.proof().everythingIsOffsite();
        }
    }

    private static void stops(OffsiteProcess serve) throws InterruptedException {
        serve.terminate();
        OffsiteProcess.Exit exit = serve.await(OffsiteHome.SHORT);
        assertThat(exit.code()).as("%s", exit).isZero();
    }

    private static long size(Path directory) throws IOException {
        long size = 0;
        for (String file : files(directory)) {
            try {
                size += Files.size(Path.of(file));
            } catch (NoSuchFileException e) {
                // it was renamed or removed meanwhile
            }
        }
        return size;
    }

    private static List<String> files(Path directory) throws IOException {
        try {
            return Proof.files(directory);
        } catch (UncheckedIOException e) {
            return List.of(); // a file went away while the directory was read
        }
    }
}
