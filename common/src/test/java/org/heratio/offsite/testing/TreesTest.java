package org.heratio.offsite.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
    @TempDir
    private Path temp;

    private Path tree;
    private Path copy;

    @BeforeEach
    void copyATree() throws Exception {
        tree = Files.createDirectory(temp.resolve("tree"));
        Path file =
                Files.writeString(Files.createDirectories(tree.resolve("a/b")).resolve("c\n"), "text");
        Files.createLink(tree.resolve("d"), file);
        copy = Files.createDirectory(temp.resolve("copy"));
        Trees.copy(tree, copy);
    }

    @Test
    void aCopyHasTheStateOfItsOriginal() throws Exception {
        assertThat(copy.resolve("a/b/c\n")).hasContent("text");
        assertThat(Trees.state(copy)).isEqualTo(Trees.state(tree));
    }

    @Test
    void bytesRightsAndNamesAreOfTheState() throws Exception {
        String before = Trees.state(copy);

        Files.writeString(copy.resolve("d"), "test");
        assertThat(Trees.state(copy)).isNotEqualTo(before);
        Files.writeString(copy.resolve("d"), "text");
        assertThat(Trees.state(copy)).isEqualTo(before);

        Files.setPosixFilePermissions(copy.resolve("d"), PosixFilePermissions.fromString("rwx------"));
        assertThat(Trees.state(copy)).isNotEqualTo(before);

        Files.createDirectory(tree.resolve("e"));
        assertThat(Trees.state(tree)).isNotEqualTo(before);
    }

    @Test
    void aFileWithTwoNamesIsAnotherStateThanTwoFilesWithTheSameBytes() throws Exception {
        String before = Trees.state(copy);

        Files.delete(copy.resolve("d"));
        Files.copy(copy.resolve("a/b/c\n"), copy.resolve("d"));

        assertThat(Trees.state(copy)).isNotEqualTo(before);
    }
}
