package org.heratio.offsite.operations.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.ledger.FailedArchive;
import org.heratio.offsite.ledger.KnownArchive;

/**
 * Failed archives that were deleted here before any destination had a copy. They can no longer be shipped, and an alarm about them that
 * never ends would hide the next one. The ledger keeps them, and {@code status} counts them apart.
 */
final class DeletedUnshipped {
    static final DeletedUnshipped NONE = new DeletedUnshipped(List.of());

    /** Long enough for a person to hear of what vanished before anybody had seen it fail. */
    private static final Duration UNSEEN = Duration.ofDays(7);

    private final List<FailedArchive> archives;
    private final Set<Long> versionIds;

    private DeletedUnshipped(List<FailedArchive> archives) {
        this.archives = List.copyOf(archives);
        this.versionIds = archives.stream().map(FailedArchive::versionId).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns those among the failed archives.
     *
     * @param present what a scan finds now; if that is nothing at all, perhaps a disk is not mounted, and nothing counts as deleted
     */
    static DeletedUnshipped among(
            List<FailedArchive> failed, Path backups, Collection<ArchiveFile> present, Instant now) {
        if (present.isEmpty()) {
            return NONE;
        }
        Set<String> there = present.stream().map(DeletedUnshipped::identity).collect(Collectors.toSet());
        return new DeletedUnshipped(failed.stream()
                .filter(archive -> archive.path().startsWith(backups + "/"))
                .filter(archive -> !there.contains(identity(file(archive))) && !exists(archive))
                .filter(archive -> !archive.codes().contains(ErrorCode.ARCHIVE_GONE.name())
                        || Instant.ofEpochMilli(archive.settledAt())
                                .plus(UNSEEN)
                                .isBefore(now))
                .toList());
    }

    private static ArchiveFile file(FailedArchive archive) {
        return new ArchiveFile(archive.path(), archive.path(), archive.size(), archive.mtimeNanos());
    }

    private static String identity(ArchiveFile file) {
        return file.size() + " " + file.mtimeNanos() + " " + file.path();
    }

    /** Returns whether the file exists; a scan finds only what the patterns include now. What cannot be examined counts as existing. */
    private static boolean exists(FailedArchive archive) {
        try {
            Path path = Path.of(archive.path());
            if (!Look.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.size() == archive.size()
                    && attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS) == archive.mtimeNanos();
        } catch (IOException e) {
            return true;
        } catch (InvalidPathException e) {
            // the ledger has such a name escaped, as the scan does
            return false;
        }
    }

    List<FailedArchive> archives() {
        return archives;
    }

    /** Returns the number of versions that failed. */
    long versions() {
        return archives.stream().filter(FailedArchive::failed).count();
    }

    /** Returns the number of versions that were sealed, and then accepted by no destination. */
    long sealed() {
        return archives.size() - versions();
    }

    /** Returns the number of copies that failed at a destination. */
    long copies(String driver) {
        return archives.stream()
                .filter(archive -> archive.drivers().contains(driver))
                .count();
    }

    /** Returns whether an archive is one of them. Takes constant time: every archive of the ledger is asked for. */
    boolean contains(KnownArchive known) {
        return versionIds.contains(known.versionId());
    }
}
