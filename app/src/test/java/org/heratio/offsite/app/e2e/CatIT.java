package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An archive in a pipe. */
@Timeout(HangLimit.TEST_SECONDS)
class CatIT {
    private static final String NAME = "database_heratio_2026-11-20_031500.sql.gz";

    @TempDir
    Path directory;

    private OffsiteHome home;
    private Path archive;

    @BeforeEach
    void ship() throws Exception {
        home = new OffsiteHome(directory);
        archive = new SampleArchives(home.backups(), 5).make(NAME, 3 << 20);
        home.replicate();
    }

    @AfterEach
    void close() {
        home.close();
    }

    /** Runs the command in a pipe that ends in a shell command. */
    private OffsiteProcess.Exit pipe(String into, String... arguments) throws Exception {
        home.wrappedBy("bash", "-c", "set -o pipefail; \"$@\" | " + into, "bash");
        return home.runProcess(OffsiteHome.LONG, arguments);
    }

    @Test
    void theBytesOfAnArchiveGoOut() throws Exception {
        OffsiteProcess.Exit exit = pipe("cat > out.gz", "cat", "--latest", "database");

        assertThat(exit.code()).as("%s", exit).isZero();
        assertThat(exit.err()).doesNotContain("offsite: ");
        assertThat(home.root().resolve("out.gz")).hasSameBinaryContentAs(archive);
    }

    @Test
    void bytesOfADamagedCopyAreNoSuccess() throws Exception {
        Path copy = home.destination().resolve(NAME + ".gpg");
        byte[] bytes = Files.readAllBytes(copy);
        bytes[bytes.length - 100]++;
        Files.write(copy, bytes);

        OffsiteProcess.Exit exit = pipe("cat > out.gz", "cat", NAME);

        assertThat(exit.code()).as("%s", exit).isEqualTo(1);
        assertThat(exit.err()).contains("bytes were written that are not proved: discard them", "COPY_CORRUPT");
    }

    @Test
    void aPipeThatIsClosedEndsIt() throws Exception {
        OffsiteProcess.Exit exit = pipe("head -c 10 > /dev/null", "cat", NAME);

        assertThat(exit.code()).as("%s", exit).isEqualTo(1);
        assertThat(exit.err())
                .contains("TARGET_IO", "standard output takes no more than")
                .doesNotContain("\tat ");
    }

    @Test
    void aPatternIsRefused() throws Exception {
        assertThat(home.run(2, "cat", "*.gz").err()).contains("cat writes one archive");
    }
}
