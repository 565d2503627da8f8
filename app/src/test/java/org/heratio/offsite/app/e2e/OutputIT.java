package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests commands whose standard output cannot be written. */
final class OutputIT {
    private OffsiteHome home;

    @BeforeEach
    void makeAHome(@TempDir Path dir) throws Exception {
        home = new OffsiteHome(dir);
    }

    @AfterEach
    void close() {
        home.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "history", "status --json"})
    void aFullOutputIsNoSuccess(String command) throws Exception {
        home.wrappedBy("sh", "-c", "exec \"$@\" >/dev/full", "sh");

        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, command.split(" ", -1));
        assertThat(exit.code()).as("%s", exit).isEqualTo(1);
        assertThat(exit.err()).contains("offsite: standard output: No space left on device\nHINT: ");
    }

    @Test
    void aClosedPipeIsNoCrash() throws Exception {
        // the only reader of the pipe closes it before anything is written
        home.wrappedBy("sh", "-c", "mkfifo pipe && exec 3<>pipe 4>pipe 3<&- && exec \"$@\" >&4", "sh");

        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "config");
        assertThat(exit.code()).as("%s", exit).isZero();
        assertThat(exit.err()).isEmpty();
    }
}
