package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Archives by the hundred and by the thousand. {@code -Doffsite.archives=10000} takes more of them than the usual run. The thousands
 * are shipped as they are: a passphrase is hashed for each encrypted one, for 55 ms and more, which is not what is looked at here.
 */
final class ManyArchivesIT {
    private static final int DROPPED = 200;
    private static final int BROKEN = 700;
    private static final String DUMP = "database_x_2026-11-20_031500.sql.gz";
    /** However slow the machine: the encryptor looks at what waits for every 20 messages. */
    private static final int FEW = 50;

    private static final int SMALL = Integer.getInteger("offsite.archives", 600);
    private static final Duration PATIENCE = Duration.ofMinutes(8).multipliedBy(Math.max(1, SMALL / 2_000));

    @Test
    void shipsAllThatAreDroppedAtOnceWhileItServes(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir);
                Serving serve = Serving.start(home)) {
            Path staged = make(home.root().resolve("staged"), DROPPED, 64 << 10);
            long dropped = System.nanoTime();
            drop(staged, home.backups());
            serve.awaitVerified(DROPPED, PATIENCE);
            System.out.printf(
                    "%d archives of 64 KiB dropped at once, verified after %.1f s%n",
                    DROPPED, (System.nanoTime() - dropped) / 1e9);
            serve.stop();

            List<LedgerRow> rows = home.proof().everyArchiveIsVerified();
            assertThat(rows).hasSize(DROPPED);
            home.proof().nothingIsLeftOver(rows);
            home.proof().checksumsAreRight(rows);
            home.proof().opensWithGpg(rows.get(0));
        }
    }

    /** One half is moved in, the other is written there. */
    private static void drop(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            boolean move = true;
            for (Path file : files.toList()) {
                if (move) {
                    Files.move(file, to.resolve(file.getFileName()));
                } else {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
                move = !move;
            }
        }
    }

    @Test
    void shipsThousandsOnceAndReadsNoneOfThemAgain(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            make(home.backups(), SMALL, 600);
            long started = System.nanoTime();
            OffsiteProcess.Exit exit = home.run(PATIENCE, "replicate", "--no-encryption");
            double seconds = (System.nanoTime() - started) / 1e9;
            assertThat(exit.code()).as("replicate: %s", exit).isZero();
            System.out.printf(
                    "%d small archives replicated in %.1f s, %.0f a second%n", SMALL, seconds, SMALL / seconds);
            List<LedgerRow> rows = home.proof().everyArchiveIsVerified();
            assertThat(rows).hasSize(SMALL);
            home.proof().nothingIsLeftOver(rows);
            home.proof().checksumsAreRight(rows);
            LedgerRow any = rows.get(SMALL / 2);
            assertThat(Path.of(any.remotePath())).hasSameBinaryContentAs(Path.of(any.localPath()));

            readsNothingAgain(home);
        }
    }

    private static void readsNothingAgain(OffsiteHome home) throws Exception {
        Path trace = home.root().resolve("trace");
        assumeThat(Strace.works()).as("strace works here").isTrue();
        home.wrappedBy(Strace.of("open,openat,openat2", trace));
        long started = System.nanoTime();
        OffsiteProcess.Exit exit = home.run(PATIENCE, "replicate", "--no-encryption");
        double seconds = (System.nanoTime() - started) / 1e9;
        assertThat(exit.code()).as("second replicate: %s", exit).isZero();
        assertThat(exit.out()).contains(SMALL + " found, " + SMALL + " skipped, 0 done");
        List<String> opened = Strace.opened(trace, home.backups());
        System.out.printf("nothing to do on %d archives: %.1f s under strace, opened %s%n", SMALL, seconds, opened);
        // the directory shows that the trace sees what is opened
        assertThat(opened).containsOnly(home.backups().toString());
    }

    @Test
    void aDumpBehindHundredsOfBrokenFilesIsSealedAmongTheFirst(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            List<Path> broken = new ArrayList<>();
            for (int i = 0; i < BROKEN; i++) {
                broken.add(Files.write(home.backups().resolve("broken_" + i + ".gz"), new byte[] {1, 2, 3}));
            }
            settleAll(home);
            long started = System.nanoTime();
            try (Serving serve = Serving.start(home)) {
                serve.awaitVerified(1, PATIENCE);
                serve.stop();
                long minutes = 1
                        + (System.nanoTime() - started) / Duration.ofMinutes(1).toNanos();
                assertThat(serve.says(" given up: "))
                        .as("20 a minute, and one for the rest")
                        .isLessThanOrEqualTo(Math.toIntExact(21 * minutes));
            }
            assertThat(home.history())
                    .filteredOn(row -> row.status().equals("verified"))
                    .hasSize(1);
            assertThat(home.givenUpBefore(home.backups().resolve(DUMP), broken)).isLessThan(FEW);
        }
    }

    /** Lets all broken files settle, and a dump after them, with a spool in which nothing has room; then kills the process. */
    private static void settleAll(OffsiteHome home) throws Exception {
        home.set("BACKUP_OFFSITE_SPOOL_BUDGET", "1");
        try (OffsiteProcess serve = home.start("serve", "-v")) {
            awaitFinished(serve, BROKEN);
            new SampleArchives(home.backups(), 7).make(DUMP, 600);
            awaitFinished(serve, BROKEN + 1);
            serve.kill();
        }
        home.unset("BACKUP_OFFSITE_SPOOL_BUDGET");
    }

    private static void awaitFinished(OffsiteProcess serve, int archives) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> serve.err().split("finished archive=", -1).length > archives);
    }

    private static Path make(Path directory, int count, long bytes) throws IOException {
        SampleArchives samples = new SampleArchives(Files.createDirectories(directory), 7);
        for (int i = 0; i < count; i++) {
            samples.make(String.format("database_%05d_2026-11-20_031500.sql.gz", i), bytes);
        }
        return directory;
    }
}
