package org.heratio.offsite.operations.restore;

import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.Sizes;

/** The room that files need below one directory. A file that is replaced stays until the new one is complete. */
final class RoomNeeded {
    private long bytes;
    private long largestReplaced;

    /** @param replaced bytes of the file that it replaces; 0 for none */
    void add(long size, long replaced) {
        bytes = Sizes.plus(bytes, Math.max(0, size - replaced));
        largestReplaced = Math.max(largestReplaced, Math.min(size, replaced));
    }

    /** Throws {@code TARGET_FULL} unless there is so much room. */
    void require(Path directory) throws FailureException {
        Path there = directory.toAbsolutePath();
        while (there.getParent() != null && Look.at(there, LinkOption.NOFOLLOW_LINKS) != Look.THERE) {
            there = there.getParent();
        }
        // with the blocks that root alone may use; a file system that reports nothing is no reason to restore nothing
        long free = there.toFile().getFreeSpace();
        long needed = Sizes.plus(bytes, largestReplaced);
        if (free > 0 && free < needed) {
            throw new FailureException(RestoreTarget.full(directory, "needs " + needed + " bytes", free), null);
        }
    }
}
