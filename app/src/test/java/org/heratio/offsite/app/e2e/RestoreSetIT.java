package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are chosen by component, by time, by pattern, or all of them. */
@Timeout(HangLimit.TEST_SECONDS)
class RestoreSetIT {
    private static final String EARLY = "database_heratio_2026-11-20_031500.sql.gz";
    private static final String LATE = "database_heratio_2026-11-21_031500.sql.gz";
    private static final String UPLOADS = "uploads/uploads_2026-11-21_040000.tar.gz";
    private static final String STRANGE = "uploads/\u00fc\n'; rm.zip";

    @TempDir
    Path directory;

    private OffsiteHome home;
    private SampleArchives archives;
    private Path to;

    @BeforeEach
    void ship() throws Exception {
        home = new OffsiteHome(directory);
        home.set("BACKUP_OFFSITE_RECURSIVE", "true");
        home.set("APP_TIMEZONE", "Europe/Vienna");
        archives = new SampleArchives(home.backups(), 5);
        to = home.root().resolve("restored");
        Files.createDirectory(home.backups().resolve("uploads"));
        land(EARLY, 3_000, "2026-11-20T02:15:00Z");
        land(LATE, 4_000, "2026-11-21T02:15:00Z");
        land(UPLOADS, 5_000, "2026-11-21T03:00:00Z");
        land(STRANGE, 2_000, "2026-11-21T03:00:00Z");
        home.replicate();
    }

    @AfterEach
    void close() {
        home.close();
    }

    private void land(String name, int bytes, String modified) throws IOException {
        Path file = archives.make(name, bytes);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(modified)));
    }

    private OffsiteProcess.Exit restore(int code, String... arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 3];
        all[0] = "restore";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--to";
        all[all.length - 1] = to.toString();
        return home.run(code, all);
    }

    private void assertRestored(String... names) throws IOException {
        for (String name : names) {
            assertThat(to.resolve(name)).hasSameBinaryContentAs(home.backups().resolve(name));
            assertThat(Files.getLastModifiedTime(to.resolve(name)))
                    .isEqualTo(Files.getLastModifiedTime(home.backups().resolve(name)));
        }
    }

    @Test
    void theLatestOfAComponentComesBackAsOfATimeToo() throws Exception {
        Files.createDirectory(to);

        restore(0, "--latest", "database");
        restore(0, "--latest", "database_heratio", "--as-of", "2026-11-21 03:14");

        assertRestored(EARLY, LATE);
        assertThat(Proof.files(to)).hasSize(2);
        assertThat(restore(1, "--latest", "database", "--as-of", "2026-11-19").err())
                .contains(
                        "COPY_MISSING",
                        "no shipped archive of the component database that was modified at or before 2026-11-19T22:59:59");
        assertThat(restore(1, "--latest", "upload").err()).contains("no shipped archive of the component upload");
    }

    @Test
    void aComponentOfTwoDatabasesIsRefusedWithTheirNames() throws Exception {
        archives.make("database_other_2026-11-21_031500.sql.gz", 3_000);
        home.replicate();

        assertThat(restore(1, "--latest", "database").err())
                .contains(
                        "database may be any of database_heratio.sql.gz, database_other.sql.gz",
                        "give one of these names");
    }

    @Test
    void theWholeNameOfASeriesMeansNoLongerOne() throws Exception {
        land("database_heratio_test_2026-11-21_031500.sql.gz", 3_000, "2026-11-21T05:00:00Z");
        home.replicate();
        Files.createDirectory(to);

        restore(0, "--latest", "database_heratio");

        assertRestored(LATE);
    }

    @Test
    void archivesOfTwoDirectoriesAreTwoSeries() throws Exception {
        land("uploads/" + LATE, 3_000, "2026-11-21T05:00:00Z");
        home.replicate();

        assertThat(restore(1, "--latest", "database").err())
                .contains("may be any of database_heratio.sql.gz, uploads/database_heratio.sql.gz");
    }

    @Test
    void aPlaceThatIsTakenKeepsNoOtherArchiveBack() throws Exception {
        Files.createDirectories(to.resolve(LATE));
        Files.writeString(to.resolve("uploads"), "a file where a directory should be");

        OffsiteProcess.Exit exit = restore(1, "--all", "--overwrite", "always");

        assertThat(exit.out()).contains("1 restored", "3 failed");
        assertThat(exit.err())
                .contains(
                        "not restored: " + home.backups().resolve(LATE),
                        "not restored: " + home.backups().resolve(UPLOADS));
        assertRestored(EARLY);
    }

    @Test
    void aNameThatTheLocaleCannotWriteKeepsNoOtherArchiveBack() throws Exception {
        home.set("LC_ALL", "C");

        OffsiteProcess.Exit exit = home.runProcess(OffsiteHome.LONG, "restore", "--all", "--to", to.toString());

        assertThat(exit.code()).as("%s", exit).isEqualTo(1);
        assertThat(exit.out()).contains("3 restored", "1 failed");
        assertThat(exit.err()).contains("cannot be written here").doesNotContain("InvalidPathException");
        assertRestored(EARLY, LATE, UPLOADS);
    }

    @Test
    void anArchiveWithAStarInItsNameIsNoPattern() throws Exception {
        land("a*.zip", 2_000, "2026-11-21T05:00:00Z");
        home.replicate();

        restore(0, "a*.zip");

        assertThat(to).hasSameBinaryContentAs(home.backups().resolve("a*.zip"));
    }

    @Test
    void anArchiveComesBackAsItWasBeforeItWasRewritten() throws Exception {
        byte[] before = Files.readAllBytes(home.backups().resolve(LATE));
        land(LATE, 6_000, "2026-11-22T02:15:00Z");
        home.replicate();
        Files.createDirectory(to);

        restore(0, LATE, "--as-of", "2026-11-21");

        assertThat(to.resolve(LATE)).hasBinaryContent(before);
        restore(0, LATE, "--as-of", "2026-11-22T03:15+01:00", "--force");
        assertRestored(LATE);
        assertThat(restore(1, LATE, "--as-of", "2026-11-19").err()).contains("that was modified at or before");
    }

    @Test
    void allArchivesComeBackAndAnotherRunGoesOnWhereTheFirstWasStopped() throws Exception {
        OffsiteProcess.Exit planned = restore(0, "--all", "--dry-run");
        assertThat(planned.out()).contains("would restore " + to.resolve(EARLY), "4 would be restored");
        assertThat(to).doesNotExist();

        OffsiteProcess.Exit first = restore(0, "--all");
        assertThat(first.out()).contains("restore: 4 restored", "0 there already, 0 kept, 0 failed");
        assertRestored(EARLY, LATE, UPLOADS, STRANGE);

        Files.delete(to.resolve(UPLOADS));
        OffsiteProcess.Exit again = restore(0, "--all");
        assertThat(again.out()).contains("restore: 1 restored", "3 there already, 0 kept, 0 failed");
        assertRestored(EARLY, LATE, UPLOADS, STRANGE);
    }

    @Test
    void aFileThatDiffersIsReplacedOnlyIfAsked() throws Exception {
        Files.createDirectories(to);
        Files.writeString(to.resolve(LATE), "somebody's");

        OffsiteProcess.Exit kept = restore(1, "*");
        assertThat(kept.out()).contains("kept " + to.resolve(LATE), "3 restored", "1 kept");
        assertThat(kept.err()).contains("HINT: --overwrite if-changed");
        assertThat(to.resolve(LATE)).hasContent("somebody's");

        OffsiteProcess.Exit replaced = restore(0, "*", "--overwrite", "if-changed");
        assertThat(replaced.out()).contains("1 restored", "3 there already");
        assertRestored(EARLY, LATE, UPLOADS, STRANGE);
        assertThat(restore(0, "database_*", "--overwrite", "always").out()).contains("2 restored");
    }

    @Test
    void aCopyThatIsDamagedKeepsNoOtherArchiveBack() throws Exception {
        Files.write(home.destination().resolve(EARLY + ".gpg"), new byte[] {1, 2, 3});

        OffsiteProcess.Exit exit = restore(1, "--all");

        assertThat(exit.err()).contains("not restored: " + home.backups().resolve(EARLY));
        assertThat(exit.out()).contains("3 restored", "1 failed");
        assertRestored(LATE, UPLOADS, STRANGE);
        assertThat(to.resolve(EARLY)).doesNotExist();
    }

    @Test
    void whatContradictsItselfIsRefused() throws Exception {
        for (List<String> arguments : List.of(
                List.of(LATE, "--all"),
                List.<String>of(),
                List.of("--latest", ""),
                List.of("--all", "--table", "users"),
                List.of(LATE, "--as-of", "yesterday"),
                List.of(LATE, "--as-of", "2026-10-25 02:30"),
                List.of(LATE, "--overwrite", "sometimes"))) {
            OffsiteProcess.Exit exit = restore(2, arguments.toArray(String[]::new));
            assertThat(exit.err()).as("%s", arguments).isNotEmpty();
        }
        assertThat(home.run(2, "restore", "--all").err())
                .contains("many archives need a directory (hint: give it with --to)");
        assertThat(to).doesNotExist();
    }

    @Test
    void anArchiveThatIsNotThereIsSaid() throws Exception {
        assertThat(restore(1, "nothing_*").err()).contains("COPY_MISSING", "no shipped archive that was asked for");
        assertThat(restore(1, "nothing.gz").err()).contains("no shipped archive called nothing.gz");
    }
}
