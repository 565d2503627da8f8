package org.heratio.offsite.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Operations on what has a name in a directory that others may write: a symbolic link in its place is never followed, also when it
 * comes between two steps. All methods block.
 */
public final class NoFollow {
    private NoFollow() {}

    /**
     * Opens a directory for listing it and for removing what is in it.
     *
     * @throws FileSystemException when it is a symbolic link or no directory
     */
    public static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        try (SecureDirectoryStream<Path> above = holding(absolute)) {
            return above.newDirectoryStream(absolute.getFileName(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    private static SecureDirectoryStream<Path> holding(Path path) throws IOException {
        Path parent = Objects.requireNonNull(path.getParent(), "no link can have the name of the root");
        DirectoryStream<Path> above = Files.newDirectoryStream(parent);
        if (above instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        above.close();
        throw new FileSystemException(parent.toString(), null, "directories can't be held open on this system");
    }

    /** Removes a directory with all that is in it, or a single file; nothing there is no failure. */
    public static void deleteTree(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        try (SecureDirectoryStream<Path> above = holding(absolute)) {
            deleteTree(above, absolute.getFileName());
        } catch (NoSuchFileException e) {
            // its parent is not there either
        }
    }

    private static void deleteTree(SecureDirectoryStream<Path> above, Path name) throws IOException {
        try {
            boolean directory = above.getFileAttributeView(
                            name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes()
                    .isDirectory();
            if (!directory) {
                above.deleteFile(name);
                return;
            }
            try (SecureDirectoryStream<Path> inside = above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                for (Path each : inside) {
                    deleteTree(inside, each.getFileName());
                }
            }
            above.deleteDirectory(name);
        } catch (NoSuchFileException e) {
            // another process removed it
        }
    }

    /**
     * Reads a note: a small file in a directory that only this user may write.
     *
     * @return empty when there is none
     * @throws FileSystemException when it is a link, a pipe or anything else that is no regular file, or is longer than so many bytes
     * @throws CharacterCodingException when it is not UTF-8
     */
    public static Optional<String> text(Path file, int maxBytes) throws IOException {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(file, maxBytes)))
                    .toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(Path file, int most) throws IOException {
        try (HeldFile held = HeldFile.read(file);
                // unlike the channel, it is not closed by an interrupt: a note counts as read or as damaged
                InputStream in = Files.newInputStream(held.path())) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new FileSystemException(file.toString(), null, "it has more than " + most + " bytes");
            }
            return bytes;
        }
    }

    /** Sets the permissions of a file or directory; those of what a link means stay. */
    public static void setPermissions(Path file, Set<PosixFilePermission> permissions) throws IOException {
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(permissions);
    }

    /** Sets the time of a file, or of a link itself. */
    public static void setModified(Path file, FileTime time) throws IOException {
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
    }
}
