package org.heratio.offsite.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** Compares directories, and not their paths alone: a bind mount has another path, and no link tells of it. Blocks. */
final class SameDirectory {
    private SameDirectory() {}

    /** Returns whether a file or directory is a directory, or in it. Parts of the paths need not exist. */
    static boolean isIn(Path file, Path directory) {
        if (file.startsWith(directory)) {
            return true;
        }
        for (Path above = file; above != null; above = above.getParent()) {
            if (isSame(above, directory)) {
                return true;
            }
        }
        return false;
    }

    static boolean isSame(Path one, Path other) {
        if (one.equals(other)) {
            return true;
        }
        try {
            // a mount of several file systems of a host may have one inode number for directories of two of them
            return Files.isSameFile(one, other) && areModifiedTogether(one, other);
        } catch (IOException e) {
            return false; // one of them does not exist yet
        }
    }

    /** Returns whether both have the same modification time. Looks at one again, since it may change between the two looks. */
    static boolean areModifiedTogether(Path one, Path other) throws IOException {
        FileTime before = Files.getLastModifiedTime(one);
        FileTime between = Files.getLastModifiedTime(other);
        return before.equals(between) || between.equals(Files.getLastModifiedTime(one));
    }
}
