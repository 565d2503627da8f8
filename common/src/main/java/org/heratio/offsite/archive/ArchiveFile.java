package org.heratio.offsite.archive;

/**
 * An archive as it lies in the backup directory at one moment.
 *
 * @param path absolute path under the configured backup directory; the {@code local_path} of the public ledger
 * @param relativePath path below the backup directory, with {@code /}
 * @param size bytes
 * @param mtimeNanos modification time, nanoseconds since the epoch
 */
public record ArchiveFile(String path, String relativePath, long size, long mtimeNanos) {}
