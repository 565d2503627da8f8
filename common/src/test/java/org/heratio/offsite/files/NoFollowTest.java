package org.heratio.offsite.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoFollowTest {
    @TempDir
    private Path temp;

    private Victim victim;

    @BeforeEach
    void setUp() throws Exception {
        victim = Victim.in(temp.resolve("victim"), "shadow");
    }

    @Test
    void aTreeIsRemovedAndWhatItsLinksMeanStays() throws Exception {
        Path tree =
                Files.createDirectories(temp.resolve("tree/a/b")).getParent().getParent();
        Files.writeString(tree.resolve("a/b/file"), "x");
        Files.createSymbolicLink(tree.resolve("a/file"), victim.file());
        Files.createSymbolicLink(tree.resolve("a/directory"), victim.directory());

        NoFollow.deleteTree(tree);
        NoFollow.deleteTree(tree);

        assertThat(tree).doesNotExist();
        victim.requireUnharmed();
    }

    @Test
    void aLinkIsNoDirectoryToOpenAndNoFileToChange() throws Exception {
        Path directory = Files.createSymbolicLink(temp.resolve("directory"), victim.directory());
        Path file = Files.createSymbolicLink(temp.resolve("file"), victim.file());

        assertThatThrownBy(() -> NoFollow.open(directory).close()).isInstanceOf(IOException.class);
        NoFollow.setModified(file, FileTime.fromMillis(0));
        assertThatThrownBy(() -> NoFollow.setPermissions(file, PosixFilePermissions.fromString("rwxrwxrwx")))
                .isInstanceOf(IOException.class);
        victim.requireUnharmed();
    }

    @Test
    void aNoteIsNotWrittenThroughALinkThatAnotherUserPutBesideIt() throws Exception {
        Path note = temp.resolve("note");
        victim.swapFor(temp.resolve("note.new"));

        Durable.write(note, "text");

        assertThat(note).isRegularFile().hasContent("text");
        victim.requireUnharmed();
    }

    @Test
    void onlyALinkOfThisUserOrRootIsResolved() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), victim.directory());
        assertThat(Ownership.resolve(link)).isEqualTo(victim.directory().toRealPath());

        Victim.giveToNobody(link);
        assertThatThrownBy(() -> Ownership.resolve(link)).isInstanceOf(UnsafePathException.class);
    }
}
