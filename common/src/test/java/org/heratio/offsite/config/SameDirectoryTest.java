package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.heratio.offsite.testing.BindMount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SameDirectoryTest {
    @TempDir
    Path temp;

    @Test
    void directoriesThatWereModifiedAtDifferentTimesAreTwo() throws Exception {
        Path one = Files.createDirectory(temp.resolve("one"));
        Path other = Files.createDirectory(temp.resolve("other"));
        Files.setLastModifiedTime(one, FileTime.fromMillis(1_000));
        Files.setLastModifiedTime(other, FileTime.fromMillis(1_001));
        assertThat(SameDirectory.areModifiedTogether(one, other)).isFalse();

        Files.setLastModifiedTime(other, FileTime.fromMillis(1_000));
        assertThat(SameDirectory.areModifiedTogether(one, other)).isTrue();
        assertThat(SameDirectory.isSame(one, other)).isFalse();
    }

    @Test
    void aBindMountIsTheSameDirectoryAlsoAfterItChanges() throws Exception {
        Path one = Files.createDirectory(temp.resolve("one"));
        try (BindMount other = new BindMount(one, temp.resolve("other"))) {
            assertThat(SameDirectory.isSame(one, other.path())).isTrue();
            Files.createFile(other.path().resolve("a.gz"));
            assertThat(SameDirectory.isSame(one, other.path())).isTrue();
        }
    }

    @Test
    void aPathIsTheSameAsItselfBeforeItExists() {
        assertThat(SameDirectory.isSame(temp.resolve("new"), temp.resolve("new")))
                .isTrue();
        assertThat(SameDirectory.isSame(temp.resolve("new"), temp)).isFalse();
    }
}
