package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore onto a disk without room: it is the target that is full, and no destination that cannot be read. */
class RestoreFullDiskIT {
    private static final int MEGA = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void aTargetWithoutRoomIsSaidWithWhatIsNeeded() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory);
                SmallDisk disk = new SmallDisk(directory.resolve("target"), 2 * MEGA)) {
            new SampleArchives(home.backups(), 6).make("database.sql.gz", 3 * MEGA);
            home.replicate();

            OffsiteProcess.Exit exit = home.run(
                    OffsiteHome.SHORT,
                    "restore",
                    "database.sql.gz",
                    "--to",
                    disk.path().toString());

            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.err())
                    .contains(
                            "TARGET_FULL", disk.path() + "/database.sql.gz needs ", "are free there", "HINT: make room")
                    .doesNotContain("DESTINATION_IO", "driver=");
            OffsiteProcess.Exit many = home.run(
                    OffsiteHome.SHORT, "restore", "--all", "--to", disk.path().toString());

            assertThat(many.code()).as("%s", many).isEqualTo(1);
            assertThat(many.err()).contains("TARGET_FULL", "are free there", "HINT: make room");
            assertThat(disk.path()).isEmptyDirectory();
        }
    }
}
