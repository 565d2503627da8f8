package org.heratio.offsite.ledger;

import java.util.Map;
import java.util.Set;

/**
 * The newest version at a path in the ledger. The watcher compares it with the disk.
 *
 * @param copies state of the copy by driver
 * @param claimed the drivers whose copy is Heratio's claim, which nobody has proved yet
 */
public record KnownArchive(
        long versionId,
        String path,
        long size,
        long mtimeNanos,
        VersionState state,
        Map<String, CopyState> copies,
        Set<String> claimed) {
    public KnownArchive {
        copies = Map.copyOf(copies);
        claimed = Set.copyOf(claimed);
    }

    /** Returns whether the file on disk is this version. */
    public boolean describes(long fileSize, long fileMtimeNanos) {
        return size == fileSize && mtimeNanos == fileMtimeNanos;
    }

    /** Returns whether the copy at a destination is being worked on. What Heratio shipped is not, although only the next sweep proves it. */
    public boolean onItsWay(String driver) {
        CopyState copy = copies.get(driver);
        return copy == CopyState.PENDING || (copy == CopyState.REPLICATED && !claimed.contains(driver));
    }
}
