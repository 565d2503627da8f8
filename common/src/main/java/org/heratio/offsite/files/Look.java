package org.heratio.offsite.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The result of a look at a path. {@link Files#exists} calls all that it cannot look at "not there": a directory without the right to enter
 * it, a disk with errors, a server that restarted.
 */
public enum Look {
    THERE,
    NOT_THERE,
    /** The system refuses the look, or fails at it. */
    UNKNOWN;

    /** Looks at a path. */
    public static Look at(Path path, LinkOption... options) {
        try {
            return exists(path, options) ? THERE : NOT_THERE;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /**
     * Returns whether something is at a path.
     *
     * @throws IOException if that cannot be told
     */
    public static boolean exists(Path path, LinkOption... options) throws IOException {
        try {
            Files.readAttributes(path, BasicFileAttributes.class, options);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            if (isBelowAFile(path)) {
                return false;
            }
            throw e;
        }
    }

    /** Returns whether the path leads through a file. The system's message for that is in its language. */
    private static boolean isBelowAFile(Path path) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above)) {
                return !Files.isDirectory(above);
            }
        }
        return false;
    }
}
