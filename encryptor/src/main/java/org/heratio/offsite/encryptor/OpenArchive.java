package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.FileState;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.ledger.Version;

/** An archive that is open for reading, and what it looked like when it was opened. */
final class OpenArchive implements AutoCloseable {
    private final String path;
    private final HeldFile file;

    private OpenArchive(String path, HeldFile file) {
        this.path = path;
        this.file = file;
    }

    /** The fate of the file while it was read. */
    enum Fate {
        SAME,
        /** Another size or modification time: what was read may be a mixture. */
        CHANGED,
        /** Only the time of its last change differs: its rights, owner or links changed, or its bytes, and a writer set the other time back. */
        TOUCHED,
        /** Another file has its name now; the open one is as it was. */
        REPLACED,
        /** It has no name any more; the open one is as it was. */
        GONE
    }

    /**
     * Opens the archive of a path in the ledger.
     *
     * @throws FailureException as {@link BackupDirectory#open}
     */
    static OpenArchive open(BackupDirectory directory, String path) throws FailureException {
        return new OpenArchive(path, directory.open(path));
    }

    String path() {
        return path;
    }

    FileChannel channel() {
        return file.channel();
    }

    long size() {
        return file.opened().size();
    }

    /**
     * Passes unless it says more bytes than its file system has in all. A file system that does not say how many it has passes.
     *
     * @throws FailureException {@code ARCHIVE_SPARSE}
     */
    void requireRealSize() throws FailureException {
        long capacity = file.path().toFile().getTotalSpace();
        if (capacity > 0 && size() > capacity) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_SPARSE,
                    path + " is a sparse file: it says " + size() + " bytes, and its file system has " + capacity
                            + " in all",
                    "look what wrote it; remove it, or leave it out with BACKUP_OFFSITE_INCLUDE. If its file system only counts a quota"
                            + " or says anything, 'offsite replicate --force' ships it");
        }
    }

    /**
     * Returns whether it was, when it was opened, the version that the ledger means, as far as size and mtime tell. Its rights, links or
     * bytes may have changed since it settled: the next scan notices that, and the hash decides.
     */
    boolean is(Version version) {
        FileTime modified = file.opened().modified();
        return size() == version.size() && modified.to(TimeUnit.NANOSECONDS) == version.mtimeNanos();
    }

    Fate fate() throws FailureException, InterruptedException {
        try {
            FileState now = file.now();
            FileState before = file.opened();
            if (now.size() != before.size() || !now.modified().equals(before.modified())) {
                return Fate.CHANGED;
            }
            if (file.isNamed()) {
                return now.changed().equals(before.changed()) ? Fate.SAME : Fate.TOUCHED;
            }
            // the loss of a name is a change of the file, too
            return Look.exists(Path.of(path)) ? Fate.REPLACED : Fate.GONE;
        } catch (IOException e) {
            throw SealFailures.reading(path, e);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
