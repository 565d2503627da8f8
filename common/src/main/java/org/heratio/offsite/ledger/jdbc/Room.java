package org.heratio.offsite.ledger.jdbc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Room on the disk of the embedded database. H2 does not get over a disk that fills up while it writes: commits that it has acknowledged
 * are gone, and sessions spin in the closed store until the process ends. So it is kept away from a disk that is nearly full.
 */
final class Room {
    private static final long RESERVE = 16 << 20;

    private Room() {}

    /** Returns whether a disk is known to be nearly full. */
    static boolean isShort(@Nullable Path directory) {
        try {
            require(directory);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** @param directory of an embedded database, or null: the room is somebody else's then */
    static void require(@Nullable Path directory) throws IOException {
        if (directory == null) {
            return;
        }
        File disk = directory.toFile();
        long free = disk.getUsableSpace();
        // some file systems do not tell how large they are
        if (free < RESERVE && disk.getTotalSpace() > 0) {
            throw new IOException("No space left for the embedded ledger: " + directory + " has " + free
                    + " bytes free, and " + RESERVE + " have to be");
        }
    }
}
