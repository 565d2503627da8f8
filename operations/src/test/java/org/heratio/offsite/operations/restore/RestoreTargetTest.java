package org.heratio.offsite.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    private static void assertReason(ThrowingCallable step, String why) {
        FileSystemException e = catchThrowableOfType(FileSystemException.class, step);
        assertThat(RestoreTarget.unusable(Path.of("/r/a.gz"), e).failure().reason())
                .isEqualTo("/r/a.gz cannot be written: " + why);
    }
}
