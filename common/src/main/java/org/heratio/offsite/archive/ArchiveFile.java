package org.heratio.offsite.archive;

/**
 * An archive as it lies in the backup directory at one moment.
 *
 * @param path absolute path under the configured backup directory; the {@code local_path} of the public ledger
 * @param relativePath path below the backup directory, with {@code /}
 * @param size bytes
 * @param mtimeNanos modification time, nanoseconds since the epoch
 * @param ctimeNanos time of the last change of its bytes, name, links or rights, nanoseconds since the epoch; 0 where it is not known
 */
public record ArchiveFile(String path, String relativePath, long size, long mtimeNanos, long ctimeNanos) {
    /** Makes an archive without a file, or one whose file was not examined. */
    public ArchiveFile(String path, String relativePath, long size, long mtimeNanos) {
        this(path, relativePath, size, mtimeNanos, 0);
    }
}
