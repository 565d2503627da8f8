package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, as somebody types it. */
class CommandIT {
    @TempDir
    Path directory;

    private OffsiteHome home;

    @BeforeEach
    void makeHome() throws IOException {
        home = new OffsiteHome(directory);
    }

    @AfterEach
    void endAll() {
        home.close();
    }

    @Test
    void printsACompletionScriptThatBashTakes() throws Exception {
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "completion");
        assertThat(exit.code()).as("%s", exit).isZero();
        assertThat(exit.out()).contains("verify-integrity", "--retry-for");

        Path script = Files.writeString(directory.resolve("completion.bash"), exit.out());
        Process bash = new ProcessBuilder("bash", "-n", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(bash.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).isZero();
    }

    @Test
    void theJarKnowsItsVersionAndItsCommit() throws Exception {
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "--version");

        assertThat(exit.code()).isZero();
        assertThat(exit.out())
                .matches(
                        "offsite \\d+\\.\\d+\\.\\d+\\S* \\(commit (unknown, unknown|\\S+, \\d{4}-\\d\\d-\\d\\d)\\)\\R");
    }

    @Test
    void logsForMachinesOneWholeMessageALine() throws Exception {
        home.set("BACKUP_OFFSITE_LOG_FORMAT", "json");
        new SampleArchives(home.backups(), 3).make("a.sql.gz", 1_000);

        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "replicate", "--verbose");

        assertThat(exit.code()).as("%s", exit).isZero();
        assertThat(exit.err().lines().filter(line -> line.contains("Shipped")))
                .singleElement()
                .satisfies(line -> assertThat(new ObjectMapper()
                                .readTree(line)
                                .get("formattedMessage")
                                .asText())
                        .contains("archive=" + home.backups().resolve("a.sql.gz"), "driver=localfs")
                        .doesNotContain("{}"));
    }

    @Test
    void namesAllBadSettingsAtOnceAndDoesNothing() throws Exception {
        home.set("BACKUP_OFFSITE_DRIVER", "ftp")
                .set("BACKUP_OFFSITE_SCAN_INTERVAL", "soon")
                .set("BACKUP_OFFSITE_COMPLETENES", "hold");

        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "replicate");

        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.USAGE);
        assertThat(exit.err())
                .contains("BACKUP_OFFSITE_DRIVER", "BACKUP_OFFSITE_SCAN_INTERVAL", "BACKUP_OFFSITE_COMPLETENES ")
                .contains("did you mean BACKUP_OFFSITE_COMPLETENESS?");
        assertThat(home.state()).doesNotExist();
    }

    @Test
    void refusesAPageThatOthersReachWithoutTlsAndDoesNothing() throws Exception {
        home.set("BACKUP_OFFSITE_DASHBOARD_HOST", "0.0.0.0");

        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "status");

        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.USAGE);
        assertThat(exit.err()).contains("BACKUP_OFFSITE_DASHBOARD_HOST", "BACKUP_OFFSITE_DASHBOARD_PLAIN");
        assertThat(home.state()).doesNotExist();
    }

    @Test
    void endsAtOnceWithoutABackupDirectory() throws Exception {
        Files.delete(home.backups());
        long started = System.nanoTime();

        for (String[] command : new String[][] {{"replicate", "--retry-for=2h"}, {"replicate", "--dry-run"}}) {
            OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, command);
            assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.USAGE);
            assertThat(exit.err())
                    .contains("BACKUP_DIRECTORY_UNAVAILABLE", home.backups().toString(), "HERATIO_BACKUPS_PATH");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(OffsiteHome.SHORT);
    }

    @Test
    void aFailedArchiveThatIsDeletedIsGoneAndNotForgotten() throws Exception {
        new SampleArchives(home.backups(), 1).make("uploads_2026-11-22_031500.tar.gz", 1_000);
        Path broken = Files.writeString(home.backups().resolve("broken.sql.gz"), "no gzip");
        home.run(OffsiteHome.LONG, "replicate");
        assertThat(home.run(OffsiteHome.SHORT, "status").code()).isEqualTo(ExitCode.FAILED);

        Files.delete(broken);

        OffsiteProcess.Exit status = home.run(OffsiteHome.SHORT, "status");
        assertThat(status.code()).as("%s", status).isZero();
        assertThat(status.out())
                .contains("gone              1 failed", "1 of 1 archives")
                .doesNotContain("1 failed\n");
        assertThat(home.run(OffsiteHome.SHORT, "history", "--status=failed").out())
                .contains("broken.sql.gz");

        Path unmounted = Files.move(home.backups(), home.backups().resolveSibling("unmounted"));
        Files.createDirectory(home.backups());
        assertThat(home.run(OffsiteHome.SHORT, "status").code())
                .as("an empty directory says nothing of what was deleted; %s", unmounted)
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void takesHeratiosNameAndSaysWhatItWouldShip() throws Exception {
        new SampleArchives(home.backups(), 1).make("uploads_2026-11-22_031500.tar.gz", 1_000);

        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "backup:replicate", "--dry-run");

        assertThat(exit.code()).as("%s", exit).isZero();
        assertThat(exit.out()).contains("would ship", "uploads_2026-11-22_031500.tar.gz", "1 would be shipped");
        assertThat(home.destination()).doesNotExist();
    }
}
