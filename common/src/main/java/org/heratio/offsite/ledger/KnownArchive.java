package org.heratio.offsite.ledger;

import java.util.Map;
import java.util.Set;
import org.heratio.offsite.archive.ArchiveFile;

/**
 * The newest version at a path in the ledger. The watcher compares it with the disk.
 *
 * @param holder the version whose copies hold its bytes: itself, or the one that it is the same as
 * @param ctimeNanos {@linkplain ArchiveFile#ctimeNanos time of the last change} of the file; 0 where it is not known
 * @param copies state of the holder's copy by driver
 * @param claimed the drivers whose copy is Heratio's claim, which nobody has proved yet
 */
public record KnownArchive(
        long versionId,
        long holder,
        String path,
        long size,
        long mtimeNanos,
        long ctimeNanos,
        VersionState state,
        Map<String, CopyState> copies,
        Set<String> claimed) {
    public KnownArchive {
        copies = Map.copyOf(copies);
        claimed = Set.copyOf(claimed);
    }

    /** Returns whether the file on disk is this version, as far as its size and its times tell. */
    public boolean describes(ArchiveFile file) {
        return size == file.size()
                && mtimeNanos == file.mtimeNanos()
                && (ctimeNanos == 0 || file.ctimeNanos() == 0 || ctimeNanos == file.ctimeNanos());
    }

    /** Returns whether a look at its file tells the time of its last change, which the ledger does not know. */
    public boolean learnsFrom(ArchiveFile file) {
        return ctimeNanos == 0 && file.ctimeNanos() != 0 && describes(file);
    }

    /** Returns whether the copy at a destination is being worked on. What Heratio shipped is not, although only the next sweep proves it. */
    public boolean onItsWay(String driver) {
        CopyState copy = copies.get(driver);
        return copy == CopyState.PENDING || (copy == CopyState.REPLICATED && !claimed.contains(driver));
    }
}
