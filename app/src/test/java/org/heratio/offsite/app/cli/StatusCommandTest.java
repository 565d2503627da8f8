package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exit codes and lines of a pipeline that does not run. */
class StatusCommandTest {
    @TempDir
    Path directory;

    private Path backups;
    private Path env;
    private String out = "";
    private String err = "";

    @BeforeEach
    void makeAnInstallation() throws Exception {
        Path root = directory.toRealPath();
        backups = Files.createDirectory(root.resolve("backups"));
        env = Files.createFile(
                root.resolve(".env"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        write("");
    }

    private void write(String more) throws Exception {
        Path root = directory.toRealPath();
        Files.writeString(
                env,
                String.join(
                        "\n",
                        "HERATIO_BACKUPS_PATH=" + backups,
                        "BACKUP_OFFSITE_STATE_DIR=" + root.resolve("state"),
                        "BACKUP_OFFSITE_LOCALFS_PATH=" + root.resolve("copies"),
                        more));
    }

    private int status(String... options) {
        return run("status", options);
    }

    private int run(String command, String... options) {
        PrintStream former = System.out;
        PrintStream formerErr = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(messages, true, StandardCharsets.UTF_8));
        try {
            String[] arguments = new String[options.length + 3];
            System.arraycopy(new String[] {command, "--env-file", env.toString()}, 0, arguments, 0, 3);
            System.arraycopy(options, 0, arguments, 3, options.length);
            return CommandLineFactory.create().execute(arguments);
        } finally {
            System.setOut(former);
            System.setErr(formerErr);
            err = messages.toString(StandardCharsets.UTF_8);
            out = bytes.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void aDirectoryWithoutArchivesAndALedgerWithoutRowsExitWithOne() {
        assertThat(status()).isEqualTo(1);
        assertThat(out)
                .contains("ALARM             BACKUP_DIRECTORY_EMPTY: the backup directory " + backups)
                .contains(
                        "ALARM             LEDGER_UNUSED: ",
                        "                  HINT: mount it",
                        "last scan         none");

        assertThat(status("--check")).isEqualTo(2);
        assertThat(out)
                .startsWith("OFFSITE CRITICAL - BACKUP_DIRECTORY_EMPTY: ")
                .contains(" (and 1 more alarm) | ")
                .endsWith("last_scan=U;;;0\n")
                .hasLineCount(1);
    }

    @Test
    void patternsThatIncludeNothingAreNamed() throws Exception {
        Files.createFile(backups.resolve("db.sql.zst"));

        assertThat(status()).isEqualTo(1);
        assertThat(out).contains("NOTHING_INCLUDED: BACKUP_OFFSITE_INCLUDE=*.gz,*.zip includes none of the 1 file");
    }

    @Test
    void whatFailedIsAnAlarmWithItsHint() throws Exception {
        Path broken = Files.writeString(backups.resolve("a.gz"), "no gzip at all");
        Files.setLastModifiedTime(broken, FileTime.from(Instant.now().minusSeconds(3_600)));
        assertThat(run("replicate")).isEqualTo(1);

        assertThat(status()).isEqualTo(1);
        assertThat(out)
                .contains(
                        "ALARM             ARCHIVES_FAILED: 1 archive failed",
                        "                  HINT: 'offsite history --status failed' says why");
    }

    @Test
    void replicateWarnsOfADirectoryThatIsEmptyAlthoughTheLedgerKnowsArchives() throws Exception {
        assertThat(run("replicate")).isZero();
        assertThat(err).doesNotContain("has no archive in it");
        Path file = Files.writeString(backups.resolve("a.gz"), "no gzip at all");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3_600)));
        assertThat(run("replicate")).isEqualTo(1);
        Files.delete(file);

        assertThat(run("replicate")).isZero();
        assertThat(out).contains("0 found");
        assertThat(err)
                .contains("warning: the backup directory " + backups
                        + " has no archive in it, and the ledger knows some");
    }

    @Test
    void aPluginOpensNoDestination() throws Exception {
        write(String.join(
                "\n",
                "BACKUP_OFFSITE_DRIVER=s3",
                "BACKUP_OFFSITE_S3_BUCKET=b",
                "BACKUP_OFFSITE_S3_REGION=eu-central-1",
                "BACKUP_OFFSITE_S3_KEY=k",
                "BACKUP_OFFSITE_S3_SECRET=s",
                "BACKUP_OFFSITE_S3_CA_FILE=" + env));

        assertThat(status("--check")).isEqualTo(2);
        assertThat(out).startsWith("OFFSITE CRITICAL - BACKUP_DIRECTORY_EMPTY: ");
    }

    @Test
    void aPluginThatCannotLookSaysUnknown() throws Exception {
        write("BACKUP_OFFSITE_SCAN_INTERVAL=soon");

        assertThat(status("--check")).isEqualTo(3);
        assertThat(out)
                .startsWith("OFFSITE UNKNOWN - BACKUP_OFFSITE_SCAN_INTERVAL")
                .hasLineCount(1);
    }
}
