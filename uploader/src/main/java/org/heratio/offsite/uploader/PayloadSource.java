package org.heratio.offsite.uploader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.FileState;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.NotRegularFileException;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.spool.Spool;

/** Opens the file that a payload is stored in: one of the spool's, or the archive itself. */
final class PayloadSource {

    private static final int BUFFER = 1 << 20;
    /** The words of the C library, as in the locale {@code C.UTF-8}. */
    private static final String EIO = "Input/output error";

    private final Spool spool;
    private final BackupDirectory backups;

    PayloadSource(Spool spool, BackupDirectory backups) {
        this.spool = spool;
        this.backups = backups;
    }

    /**
     * Opens a payload. What is sent is this file, whatever gets its name meanwhile.
     *
     * @throws FailureException {@code PAYLOAD_GONE} when the spool has it no more; {@code ARCHIVE_CHANGED} or as
     *     {@link BackupDirectory#open} when the payload is the archive and that is not what it was
     */
    HeldFile open(Version version, Payload payload) throws FailureException {
        if (payload.passesThrough()) {
            HeldFile archive = backups.open(version.path());
            if (isUnchanged(version, archive.opened())) {
                return archive;
            }
            archive.close();
            throw new FailureException(
                    ErrorCode.ARCHIVE_CHANGED,
                    version.path() + " has changed since it was hashed, before it was shipped",
                    "nothing to do: what it is now is shipped as a version of its own");
        }
        try {
            return HeldFile.read(spool.resolve(payload.spoolFile()));
        } catch (NoSuchFileException | NotRegularFileException e) {
            throw new FailureException(
                    ErrorCode.PAYLOAD_GONE, payload.spoolFile() + " is not in the spool any more", null, e);
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.SPOOL_IO,
                    payload.spoolFile() + " cannot be opened in the spool: " + e.getMessage(),
                    "look at the disk of the spool, and at its rights; offsite retries",
                    e);
        }
    }

    /** Returns whether an archive is still the version that was hashed, as far as size and time tell. */
    private static boolean isUnchanged(Version version, FileState now) {
        return now.size() == version.size() && now.modified().to(TimeUnit.NANOSECONDS) == version.mtimeNanos();
    }

    /** Reads a payload of the spool, and returns whether its disk does not give all of its bytes. */
    boolean isUnreadable(Payload payload) throws InterruptedException {
        try {
            return isUnreadable(spool.resolve(payload.spoolFile()));
        } catch (FailureException e) {
            return false; // the next attempt finds that
        }
    }

    /** Returns whether a file can be opened, and reading it ends with an input/output error. */
    static boolean isUnreadable(Path path) throws InterruptedException {
        try (HeldFile file = HeldFile.read(path)) {
            return isUnreadable(file.channel());
        } catch (IOException e) {
            return false; // rights, leases and the number of open files say nothing of its bytes
        }
    }

    private static boolean isUnreadable(FileChannel channel) throws InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            while (channel.read(buffer.clear()) >= 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return false;
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains(EIO);
        }
    }

    /** Returns whether the archive of a version is there and unchanged, as far as size and time tell: a payload can be made of it again. */
    boolean hasArchive(Version version) {
        try (HeldFile archive = backups.open(version.path())) {
            return isUnchanged(version, archive.opened());
        } catch (FailureException e) {
            return false;
        }
    }

    /** Removes a payload that is not what it was; an archive is never touched. */
    void remove(Payload payload) throws FailureException {
        if (!payload.passesThrough()) {
            spool.remove(payload.spoolFile());
        }
    }
}
