package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Version;

/** An archive that is open for reading, and what it looked like when it was opened. */
final class OpenArchive implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final BasicFileAttributes opened;

    private OpenArchive(Path file, FileChannel channel, BasicFileAttributes opened) {
        this.file = file;
        this.channel = channel;
        this.opened = opened;
    }

    /** The fate of the file while it was read. */
    enum Fate {
        SAME,
        /** Another size or modification time: what was read may be a mixture. */
        CHANGED,
        /** Another file has its name now; the open one is as it was. */
        REPLACED,
        /** It has no name any more; the open one is as it was. */
        GONE
    }

    /**
     * Opens the archive of a path in the ledger.
     *
     * @throws FailureException {@code PATH_OUTSIDE}, {@code ARCHIVE_GONE} or {@code ARCHIVE_UNREADABLE}
     */
    static OpenArchive open(BackupDirectory directory, String path) throws FailureException, InterruptedException {
        Path file = directory.resolve(path);
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(directory.root().toRealPath())) {
                throw new FailureException(ErrorCode.PATH_OUTSIDE, path + " leads out of the backup directory");
            }
            // a link that is put in its place from now on is not followed
            BasicFileAttributes attributes = attributes(real);
            if (!attributes.isRegularFile()) {
                throw new FailureException(
                        ErrorCode.ARCHIVE_UNREADABLE,
                        path + " is not a regular file",
                        "only regular files are archives: remove it, or leave it out with BACKUP_OFFSITE_INCLUDE");
            }
            FileChannel channel = FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return new OpenArchive(real, channel, attributes);
        } catch (IOException e) {
            throw SealFailures.reading(path, e);
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    String path() {
        return file.toString();
    }

    FileChannel channel() {
        return channel;
    }

    long size() {
        return opened.size();
    }

    /** Returns whether it was, when it was opened, the version that the ledger means. */
    boolean is(Version version) {
        return opened.size() == version.size() && mtimeNanos(opened) == version.mtimeNanos();
    }

    Fate fate() throws FailureException, InterruptedException {
        try {
            BasicFileAttributes now = attributes(file);
            if (!Objects.equals(now.fileKey(), opened.fileKey())) {
                return ofTheOpenOne(Fate.REPLACED);
            }
            boolean same = now.size() == opened.size() && mtimeNanos(now) == mtimeNanos(opened);
            return same ? Fate.SAME : Fate.CHANGED;
        } catch (NoSuchFileException e) {
            return ofTheOpenOne(Fate.GONE);
        } catch (IOException e) {
            throw SealFailures.reading(path(), e);
        }
    }

    private Fate ofTheOpenOne(Fate fate) throws InterruptedException, FailureException {
        try {
            return channel.size() == opened.size() ? fate : Fate.CHANGED;
        } catch (IOException e) {
            throw SealFailures.reading(path(), e);
        }
    }

    private static long mtimeNanos(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() throws FailureException {
        try {
            channel.close();
        } catch (IOException e) {
            throw new FailureException(ErrorCode.UNEXPECTED, path() + " cannot be closed: " + e, null, e);
        }
    }
}
