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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A command that is told to stop clears away what it has begun. */
class StoppedCommandsIT {
    // to decrypt it takes a second and more with the quick compiler alone
    private static final long BIG = 48L << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aRestoreThatIsStoppedLeavesNothing(Stop stop) throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            new SampleArchives(home.backups(), 3).make("uploads_1.tar.gz", BIG);
            home.replicate();
            Path target = Files.createDirectory(home.root().resolve("restored"));

            OffsiteProcess restore = home.start("restore", "uploads_1.tar.gz", "--to", target.toString());
            await().atMost(HangLimit.STEP)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> writesInto(target, restore) || !restore.running());
            stop.send(restore);
            OffsiteProcess.Exit exit = restore.await(HangLimit.STEP);

            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.err()).contains("offsite: stopped");
            assertThat(Proof.files(target)).isEmpty();

            home.run(OffsiteHome.LONG, "restore", "uploads_1.tar.gz", "--to", target.toString());
            assertThat(target.resolve("uploads_1.tar.gz"))
                    .hasSameBinaryContentAs(home.backups().resolve("uploads_1.tar.gz"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServiceThatIsStoppedRemovesItsHealthFileAndEndsWell(Stop stop) throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            Path health = home.root().resolve("healthy");
            home.set("BACKUP_OFFSITE_HEALTH_FILE", health.toString());
            OffsiteProcess serve = home.start("serve");
            await().atMost(HangLimit.STEP).until(() -> Files.exists(health));

            stop.send(serve);
            OffsiteProcess.Exit exit = serve.await(HangLimit.STEP);

            assertThat(exit.code()).as("%s", exit).isZero();
            assertThat(health).doesNotExist();
        }
    }

    /** Ways to stop a command. */
    enum Stop {
        TERMINATED,
        TERMINAL_CLOSED;

        void send(OffsiteProcess process) throws Exception {
            switch (this) {
                case TERMINATED -> process.terminate();
                case TERMINAL_CLOSED -> process.hangUp();
            }
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
