package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.testing.TooDeep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command reports a place that a scan cannot read as a failure, until a scan can read it. */
class UnreadablePlacesIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private OffsiteHome home;
    private Path shut;

    @BeforeEach
    void makeHome() throws IOException {
        home = new OffsiteHome(directory);
        new SampleArchives(home.backups(), 1).make("seen.sql.gz", 1_000);
        shut = Files.createDirectory(home.backups().resolve("shut"));
        new SampleArchives(shut, 2).make("unseen.sql.gz", 1_000);
        // root reads everything, unless it lays down the capability to do so
        if (System.getProperty("user.name").equals("root")) {
            String without = "-dac_override,-dac_read_search";
            home.wrappedBy("setpriv", "--bounding-set", without, "--inh-caps", without);
        }
    }

    @AfterEach
    void endAll() throws IOException {
        home.close();
        open();
    }

    private void shut() throws IOException {
        Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("---------"));
    }

    private void open() throws IOException {
        if (Files.exists(shut)) {
            Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aDirectoryThatMayNotBeReadIsAFailureUntilItMay() throws Exception {
        shut();

        assertThat(home.run(ExitCode.FAILED, "replicate").out())
                .contains("FAILED    " + shut + " -> localfs: " + shut + " cannot be looked through")
                .contains("replicate: 1 found, 0 skipped, 1 done, 1 failed, 0 open");
        JsonNode again =
                JSON.readTree(home.run(ExitCode.FAILED, "replicate", "--json").out());
        assertThat(again.get("ok").asBoolean()).isFalse();
        assertThat(again.get("items").get(0).get("local_path").asText()).isEqualTo(shut.toString());

        assertThat(home.run(ExitCode.FAILED, "status").out())
                .contains("unreadable        " + shut + " cannot be looked through", "permission denied", "HINT: give");
        JsonNode status =
                JSON.readTree(home.run(ExitCode.FAILED, "status", "--json").out());
        assertThat(status.get("ok").asBoolean()).isFalse();
        assertThat(status.get("unreadable").get("total").asLong()).isEqualTo(1);
        JsonNode place = status.get("unreadable").get("places").get(0);
        assertThat(place.get("local_path").asText()).isEqualTo(shut.toString());
        assertThat(Instant.parse(place.get("since").asText())).isBeforeOrEqualTo(Instant.now());

        assertThat(home.run(ExitCode.FAILED, "doctor").out())
                .containsPattern("FAIL +" + shut + " cannot be looked through");
        assertThat(home.run(ExitCode.FAILED, "replicate", "--dry-run").out())
                .contains(shut + " cannot be looked through");

        open();
        assertThat(home.run(ExitCode.OK, "replicate").out()).contains("unseen.sql.gz -> localfs");
        assertThat(home.run(ExitCode.OK, "status").out()).contains("2 of 2").doesNotContain("unreadable");
        home.run(ExitCode.OK, "doctor");
    }

    @Test
    void doctorSaysWhatTheServiceCannotReadAlsoToAUserWhoCan() throws Exception {
        shut();
        home.run(ExitCode.FAILED, "replicate");
        open();

        assertThat(home.run(ExitCode.FAILED, "doctor").out()).contains(shut + " cannot be looked through");
    }

    @Test
    void anArchiveThatNobodyCanOpenForTheLengthOfItsPathIsAFailure() throws Exception {
        try (TooDeep deep = new TooDeep(home.backups(), home.root(), "unseen.sql.gz")) {
            OffsiteProcess.Exit exit = home.run(ExitCode.FAILED, "replicate");

            assertThat(exit.out()).contains("2 done, 1 failed, 0 open", "shorten its path");
            assertThat(home.run(ExitCode.FAILED, "status").out()).contains("cannot be looked", "shorten its path");
            assertThat(deep.file().toString()).hasSizeGreaterThan(4_096);
        }
    }

    @Test
    void aBackupDirectoryThatIsNotThereIsAFailureOfStatus() throws Exception {
        Path moved = home.root().resolve("moved");
        Files.move(home.backups(), moved);
        for (String[] command : new String[][] {{"status"}, {"status", "--json"}}) {
            assertThat(home.run(ExitCode.FAILED, command).out())
                    .contains("the backup directory " + home.backups() + " is not there");
        }
        Files.move(moved, home.backups());
        // a ledger that was never used is a failure of its own
        home.run(ExitCode.OK, "replicate");
        assertThat(home.run(ExitCode.OK, "status").out()).doesNotContain("unreadable");
    }

    @Test
    void whatTheServiceCannotReadIsInTheStatusOfAnotherProcess() throws Exception {
        shut();
        OffsiteProcess serve = home.start("serve");
        await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains(shut + " cannot be looked through"));
        assertThat(home.run(ExitCode.FAILED, "status").out()).contains(shut + " cannot be looked through");
        serve.terminate();
        assertThat(serve.await(OffsiteHome.SHORT).code()).isZero();
    }
}
