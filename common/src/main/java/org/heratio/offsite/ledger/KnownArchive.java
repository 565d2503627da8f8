package org.heratio.offsite.ledger;

import java.util.Map;

/**
 * What the ledger knows of the newest version at a path; the watcher compares it with the disk.
 *
 * @param copies state of the copy by driver
 */
public record KnownArchive(
        long versionId, String path, long size, long mtimeNanos, VersionState state, Map<String, CopyState> copies) {
    public KnownArchive {
        copies = Map.copyOf(copies);
    }

    /** Whether the file on disk is this version. */
    public boolean describes(long fileSize, long fileMtimeNanos) {
        return size == fileSize && mtimeNanos == fileMtimeNanos;
    }
}
