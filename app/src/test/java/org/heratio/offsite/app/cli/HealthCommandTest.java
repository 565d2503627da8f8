package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.heratio.offsite.process.ProcessIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthCommandTest {
    @TempDir
    Path directory;

    @Test
    void exitsWithZeroOnlyWhileAServiceGivesSigns() throws Exception {
        Path root = directory.toRealPath();
        Path env = Files.createFile(
                root.resolve(".env"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(env, "BACKUP_OFFSITE_STATE_DIR=" + root.resolve("state") + "\n");
        assertThat(health(env)).isEqualTo(1);
        assertThat(root.resolve("state")).as("nothing is made").doesNotExist();

        ProcessIdentity self = ProcessIdentity.ofThisProcess();
        Path beat = Files.createFile(Files.createDirectories(root.resolve("state/health"))
                .resolve(self.host() + "." + self.pid() + "." + self.started()));
        assertThat(health(env)).isZero();

        Files.setLastModifiedTime(beat, FileTime.fromMillis(0));
        assertThat(health(env)).as("it hangs").isEqualTo(1);
    }

    private static int health(Path env) {
        return CommandLineFactory.create().execute("health", "--env-file", env.toString());
    }
}
