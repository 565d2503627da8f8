package org.heratio.offsite.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import org.heratio.offsite.testing.Requires;

/** A file that somebody else would like to have changed, in a directory of its own. */
public record Victim(Path directory, Path file) {
    private static final String CONTENT = "only root may write this";
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    /** Makes a directory with one file of a given name. */
    public static Victim in(Path directory, String name) throws IOException {
        Path file = Files.writeString(Files.createDirectories(directory).resolve(name), CONTENT);
        Files.setLastModifiedTime(file, LONG_AGO);
        Files.setLastModifiedTime(directory, LONG_AGO);
        return new Victim(directory, file);
    }

    /** Makes the path a link to the file, in place of what is there. */
    public void swapFor(Path path) throws IOException {
        Files.deleteIfExists(path);
        Files.createSymbolicLink(path, file);
    }

    public void requireUnharmed() throws IOException {
        assertThat(file).hasContent(CONTENT);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    /** Gives a file, directory or link to the user nobody; skips the test unless this user may. */
    public static void giveToNobody(Path path) throws IOException {
        Requires.that(System.getProperty("user.name").equals("root"), "only root gives files away");
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    }
}
