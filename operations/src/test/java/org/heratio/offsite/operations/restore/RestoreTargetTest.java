package org.heratio.offsite.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTargetTest {
    @TempDir
    Path temp;

    @Test
    void aPlaceThatTakesNoFileIsToldInWordsAlsoWhereTheSystemGivesNoReason() throws Exception {
        Path full = Files.createDirectory(temp.resolve("full"));
        Files.createFile(full.resolve("b.gz"));
        Path gone = temp.resolve("gone/a.gz");

        assertReason(() -> Files.delete(full), full + " is a directory, and not empty");
        assertReason(() -> Files.createFile(gone), gone + ": no such file or directory");
    }

    @Test
    void whatIsChosenOfAnArchiveLeavesRoomForOthersOnTheDisk() throws Exception {
        try (SmallDisk disk = new SmallDisk(temp.resolve("disk"), 40 << 20)) {
            Path file = disk.path().resolve("t.sql");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    RestoreTarget target = new RestoreTarget(channel, file, 0, Long.MAX_VALUE)) {
                byte[] mega = new byte[1 << 20];

                FailureIOException e = catchThrowableOfType(FailureIOException.class, () -> {
                    for (int i = 0; i < 40; i++) {
                        target.write(mega, 0, mega.length);
                    }
                });

                assertThat(e.failure().code()).isEqualTo(ErrorCode.TARGET_FULL);
                assertThat(e.failure().reason())
                        .contains("has no room for more than the " + channel.size() + " bytes that were written");
                assertThat(disk.path().toFile().getUsableSpace()).isGreaterThan(mega.length);
            }
        }
    }

    private static void assertReason(ThrowingCallable step, String why) {
        FileSystemException e = catchThrowableOfType(FileSystemException.class, step);
        assertThat(RestoreTarget.unusable(Path.of("/r/a.gz"), e).failure().reason())
                .isEqualTo("/r/a.gz cannot be written: " + why);
    }
}
