package org.heratio.offsite.uploader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.spool.Spool;

/** Finds the file that a payload lies in: one of the spool's, or the archive itself. */
final class PayloadSource {

    private final Spool spool;
    private final BackupDirectory backups;

    PayloadSource(Spool spool, BackupDirectory backups) {
        this.spool = spool;
        this.backups = backups;
    }

    /**
     * @throws FailureException {@code PAYLOAD_GONE} when the spool has it no more; {@code ARCHIVE_CHANGED} or {@code ARCHIVE_GONE}
     *     when the payload is the archive and that is not what it was
     */
    Path locate(Version version, Payload payload) throws FailureException {
        if (payload.passesThrough()) {
            Path archive = backups.resolve(version.path());
            requireUnchanged(version, archive);
            return archive;
        }
        Path file = spool.resolve(payload.spoolFile());
        try {
            if (Look.exists(file)) {
                return file;
            }
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.SPOOL_IO,
                    file + " cannot be looked at: " + e,
                    "look at the disk of the spool, and at its rights; it is tried again by itself",
                    e);
        }
        throw new FailureException(ErrorCode.PAYLOAD_GONE, payload.spoolFile() + " is not in the spool any more");
    }

    /** Returns whether an archive is still the version that was hashed, as far as size and time tell. */
    static void requireUnchanged(Version version, Path archive) throws FailureException {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(archive, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new FailureException(ErrorCode.ARCHIVE_GONE, archive + " is not there any more", null, e);
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_UNREADABLE,
                    archive + " cannot be looked at: " + e.getMessage(),
                    "give the user that runs offsite the right to read it",
                    e);
        }
        boolean same = now.isRegularFile()
                && now.size() == version.size()
                && now.lastModifiedTime().to(TimeUnit.NANOSECONDS) == version.mtimeNanos();
        if (!same) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_CHANGED,
                    archive + " has changed since it was hashed, before it was shipped",
                    "nothing to do: what it is now is shipped as a version of its own");
        }
    }

    /** Removes a payload that is not what it was; an archive is never touched. */
    void remove(Payload payload) throws FailureException {
        if (!payload.passesThrough()) {
            spool.remove(payload.spoolFile());
        }
    }
}
