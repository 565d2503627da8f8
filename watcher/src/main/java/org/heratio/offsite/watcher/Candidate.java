package org.heratio.offsite.watcher;

import java.nio.file.Path;
import org.heratio.offsite.archive.ArchiveFile;
import org.jspecify.annotations.Nullable;

/**
 * A file that is an archive by its name, as it lay there at one moment.
 *
 * @param fileKey device and inode, where the file system has them
 * @param usable whether its name as text leads back to it; otherwise the path of {@code archive} is only good for people to read
 */
record Candidate(Path file, ArchiveFile archive, @Nullable Object fileKey, boolean usable) {}
