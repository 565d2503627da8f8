package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.Proof;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a backup directory should not hold, beside what it should: nothing stops the good ones. */
final class BadArchivesIT {
    private static final long LARGE = 160 << 20;
    /** What {@code gzip </dev/null} makes. */
    private static final byte[] GZIP_OF_NOTHING = HexFormat.of().parseHex("1f8b080000000000000303000000000000000000");

    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));

    @TempDir
    Path dir;

    private OffsiteHome home;
    private Path backups;
    private SampleArchives samples;

    @BeforeEach
    void makeHome() throws IOException {
        home = new OffsiteHome(dir).fullSpeed();
        backups = home.backups();
        samples = new SampleArchives(backups, 11);
        // root reads everything, unless it lays down the capability to do so
        if (System.getProperty("user.name").equals("root")) {
            String without = "-dac_override,-dac_read_search";
            home.wrappedBy("setpriv", "--bounding-set", without, "--inh-caps", without);
        }
    }

    @AfterEach
    void endProcesses() {
        home.close();
    }

    @Test
    void eachEndsWithAReasonAndNoneStopsTheOthers() throws Exception {
        good();
        String large = deletedWhileItIsRead();
        damaged();
        whatIsNoArchive();
        try (GrowingFile growing = new GrowingFile(backups.resolve("growing.sql.gz"))) {
            OffsiteProcess run = home.start("replicate", "--retry-for", OffsiteHome.PASSING);
            deleteOnceItIsRead(run);
            long early = growing.size();
            OffsiteProcess.Exit exit = run.await(OffsiteHome.LONG);
            assertThat(growing.size()).isGreaterThan(early);
            assertThat(exit.code()).as("replicate: %s", exit).isEqualTo(1);
            assertThat(exit.out()).containsPattern("open +\\S+growing.sql.gz -> localfs: it is still being written");
            assertThat(exit.out()).contains("5 done, 6 failed, 1 open");
            assertThat(exit.err()).contains("directory.gz has the name of an archive, but is a directory");
            assertThat(exit.err()).contains("dangling.gz is a link that leads nowhere");
            assertThat(exit.err()).contains("p.gz is a link to something outside the backup directory");
            assertThat(exit.err().lines().filter(line -> line.contains("truncated.sql.gz")))
                    .as("it is logged once: %s", exit.err())
                    .hasSize(1);
        }
        Map<String, LedgerRow> rows = rows();
        theGoodOnesAreVerified(rows, large);
        theBadOnesSayWhy(rows);
        assertThat(rows).hasSize(11);
        assertThat(Proof.copies(home.destination())).hasSize(1 + 2 * 5);
        assertThat(Proof.files(home.spool())).isEmpty();

        whatIsRepairedIsShipped();
    }

    private void good() throws IOException {
        old(samples.make("good.sql.gz", 50_000));
        old(samples.make("good.tar.gz", 50_000));
        old(samples.make("good.zip", 50_000));
        old(samples.make("directory.gz/inside.sql.gz", 50_000));
    }

    /** What was read before it went away is whole, and is shipped. */
    private String deletedWhileItIsRead() throws IOException {
        return Proof.sha256(old(samples.make("deleted.sql.gz", LARGE)));
    }

    private void deleteOnceItIsRead(OffsiteProcess run) {
        await().atMost(OffsiteHome.SHORT).pollInterval(Duration.ofMillis(10)).until(() -> {
            assertThat(run.running()).as(run.err()).isTrue();
            try {
                return Proof.files(home.spool()).stream()
                        .filter(file -> file.endsWith(".part"))
                        .anyMatch(file -> Path.of(file).toFile().length() > 4 << 20);
            } catch (UncheckedIOException e) {
                return false; // a file went away while the directory was read
            }
        });
        assertThat(backups.resolve("deleted.sql.gz").toFile().delete()).isTrue();
    }

    private void damaged() throws IOException {
        byte[] gzip = Files.readAllBytes(samples.make("crc.sql.gz", 80_000));
        old(Files.write(backups.resolve("truncated.sql.gz"), Arrays.copyOf(gzip, gzip.length / 2)));
        gzip[gzip.length - 8] ^= 1;
        old(Files.write(backups.resolve("crc.sql.gz"), gzip));
        old(Files.createFile(backups.resolve("empty.sql.gz")));
        old(Files.write(backups.resolve("nothing.sql.gz"), GZIP_OF_NOTHING));
        byte[] zip = Files.readAllBytes(samples.make("truncated.zip", 80_000));
        old(Files.write(backups.resolve("truncated.zip"), Arrays.copyOf(zip, zip.length - 30)));
        Path unreadable = old(samples.make("unreadable.sql.gz", 1_000));
        Files.setPosixFilePermissions(unreadable, PosixFilePermissions.fromString("---------"));
    }

    private void whatIsNoArchive() throws IOException {
        Files.createSymbolicLink(backups.resolve("dangling.gz"), Path.of("nowhere"));
        Files.createSymbolicLink(backups.resolve("p.gz"), Path.of("/etc/passwd"));
        old(samples.make(".hidden.sql.gz", 1_000));
        old(Files.move(samples.make("half.sql.gz", 1_000), backups.resolve("half.sql.gz.part")));
        old(samples.make("notes.txt", 1_000));
    }

    private static Path old(Path file) throws IOException {
        return Files.setLastModifiedTime(file, LONG_AGO);
    }

    private Map<String, LedgerRow> rows() throws IOException, InterruptedException {
        return home.history().stream().collect(Collectors.toMap(LedgerRow::name, row -> row));
    }

    private void theGoodOnesAreVerified(Map<String, LedgerRow> rows, String large) throws Exception {
        for (String name : new String[] {"good.sql.gz", "good.tar.gz", "good.zip", "inside.sql.gz"}) {
            assertThat(rows.get(name).status()).as(name).isEqualTo("verified");
            home.proof().opensWithGpg(rows.get(name));
        }
        LedgerRow deleted = rows.get("deleted.sql.gz");
        assertThat(deleted.status()).as("%s", deleted).isEqualTo("verified");
        assertThat(home.gpg().decryptedSha256(Path.of(deleted.remotePath()))).isEqualTo(large);
    }

    private static void theBadOnesSayWhy(Map<String, LedgerRow> rows) {
        Map<String, String> reasons = Map.of(
                "truncated.sql.gz", "it ends within the compressed data of gzip member 1",
                "crc.sql.gz", "the CRC of gzip member 1 is not that of its content",
                "empty.sql.gz", "is empty (0 bytes)",
                "nothing.sql.gz", "is a gzip file of 20 bytes with nothing in it",
                "truncated.zip", "not a whole zip",
                "unreadable.sql.gz", "cannot be read");
        reasons.forEach((name, reason) -> {
            LedgerRow row = rows.get(name);
            assertThat(row).as(name).isNotNull();
            assertThat(row.status()).as(name).isEqualTo("failed");
            assertThat(row.error()).as(name).contains(reason);
            assertThat(row.verifiedAt()).as(name).isNull();
            assertThat(row.sha256()).as(name).isNull();
        });
    }

    /** A whole file under the name of the truncated one, and the right to read the unreadable one. */
    private void whatIsRepairedIsShipped() throws Exception {
        samples.make("truncated.sql.gz", 80_000);
        Files.setPosixFilePermissions(
                backups.resolve("unreadable.sql.gz"), PosixFilePermissions.fromString("rw-r-----"));
        OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, "replicate");
        assertThat(exit.code()).as("the others are as bad as before: %s", exit).isEqualTo(1);
        assertThat(exit.out()).contains("2 done, 5 failed, 0 open");
        Map<String, LedgerRow> rows = rows();
        for (String name : new String[] {"truncated.sql.gz", "unreadable.sql.gz"}) {
            LedgerRow row = rows.get(name);
            assertThat(row.status()).as("%s", row).isEqualTo("verified");
            assertThat(row.error()).as("%s", row).isNull();
            // what was held was never shipped: the name is free
            assertThat(row.remotePath()).isEqualTo(home.destination().resolve(name) + ".gpg");
            home.proof().opensWithGpg(row);
        }
        assertThat(rows.get("growing.sql.gz").error()).contains("not a whole gzip file");
    }
}
