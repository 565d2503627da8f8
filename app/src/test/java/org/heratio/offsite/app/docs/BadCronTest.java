package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.app.cli.CommandLineFactory;
import org.heratio.offsite.app.run.ExitCode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A schedule that will never come is found by whoever looks first, and not at a quarter past three. */
class BadCronTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"history", "status", "config", "doctor", "adopt", "restore a.gz"})
    void isRefusedByEveryCommand(String command) throws Exception {
        Path env = Files.writeString(
                directory.resolve(".env"),
                "BACKUP_OFFSITE_STATE_DIR=" + directory.resolve("state")
                        + "\nBACKUP_OFFSITE_SCAN_CRON=\"99 3 * * *\"\n");
        StringWriter err = new StringWriter();
        CommandLine line = CommandLineFactory.create();
        line.setErr(new PrintWriter(err, true));

        int code = line.execute((command + " --env-file " + env).split(" "));

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("BACKUP_OFFSITE_SCAN_CRON=99 3 * * *", "HINT: five fields");
        assertThat(directory.resolve("state")).doesNotExist();
    }
}
