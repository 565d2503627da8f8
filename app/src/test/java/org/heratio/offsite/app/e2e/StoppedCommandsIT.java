package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that is told to stop clears away what it has begun. */
class StoppedCommandsIT {
    // to decrypt it takes a second and more with the quick compiler alone
    private static final long BIG = 48L << 20;

    @TempDir
    Path directory;

    @Test
    void aRestoreThatIsStoppedLeavesNothing() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            new SampleArchives(home.backups(), 3).make("uploads_1.tar.gz", BIG);
            home.replicate();
            Path target = Files.createDirectory(home.root().resolve("restored"));

            OffsiteProcess restore = home.start("restore", "uploads_1.tar.gz", "--to", target.toString());
            await().atMost(HangLimit.STEP)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> writesInto(target, restore) || !restore.running());
            restore.terminate();
            OffsiteProcess.Exit exit = restore.await(HangLimit.STEP);

            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.err()).contains("offsite: stopped");
            assertThat(Proof.files(target)).isEmpty();

            home.run(OffsiteHome.LONG, "restore", "uploads_1.tar.gz", "--to", target.toString());
            assertThat(target.resolve("uploads_1.tar.gz"))
                    .hasSameBinaryContentAs(home.backups().resolve("uploads_1.tar.gz"));
        }
    }

    /** A file without a name is shown as a number in its directory. */
    private static boolean writesInto(Path target, OffsiteProcess process) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return open.anyMatch(descriptor -> {
                try {
                    return target.equals(Files.readSymbolicLink(descriptor).getParent());
                } catch (IOException e) {
                    return false; // closed meanwhile
                }
            });
        } catch (UncheckedIOException e) {
            return false; // the process has ended
        }
    }
}
