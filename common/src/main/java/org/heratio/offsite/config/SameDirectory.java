package org.heratio.offsite.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false; // one of them does not exist yet
        }
    }
}
