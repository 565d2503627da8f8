package org.heratio.offsite.archive;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.BusyFileException;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.NotRegularFileException;
import org.heratio.offsite.files.UnsafePathException;
import org.heratio.offsite.text.SystemText;

/**
 * The directory that Heratio writes its archives into. It turns a path from the ledger or a message back into a file, and refuses
 * whatever lies outside: neither a forged message nor a symbolic link may ship {@code /etc/shadow}.
 */
public final class BackupDirectory {
    /** The hint for a hard link to a file of another user. */
    public static final String COPY_IT =
            "copy the file instead of linking it, or give it to the owner of the directory";

    private final Path root;

    /**
     * @param root the directory as it is configured; it need not exist yet, and may be a symbolic link itself
     */
    public BackupDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Absolute and as configured, links not resolved: paths in the ledger start with it. */
    public Path root() {
        return root;
    }

    /** The path below the root, with {@code /}. */
    public String relativize(Path file) {
        return root.relativize(file).toString();
    }

    /**
     * The file of an absolute path, proved to lie inside.
     *
     * @throws FailureException {@link ErrorCode#PATH_OUTSIDE}, or {@link ErrorCode#ARCHIVE_GONE} when there is nothing
     */
    public Path resolve(String path) throws FailureException {
        if (!SystemText.opens(path)) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE,
                    path + " has letters other than ASCII, and file names are read as " + SystemText.charsetOfNames()
                            + " here",
                    SystemText.HINT);
        }
        Path file;
        try {
            file = Path.of(path);
        } catch (InvalidPathException e) {
            throw outside(path);
        }
        if (!file.isAbsolute() || !file.equals(file.normalize()) || file.equals(root) || !file.startsWith(root)) {
            throw outside(path);
        }
        try {
            if (!file.toRealPath().startsWith(root.toRealPath())) {
                throw outside(path);
            }
        } catch (NoSuchFileException e) {
            throw new FailureException(ErrorCode.ARCHIVE_GONE, path + " is not there any more", null, e);
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_UNREADABLE,
                    path + " cannot be looked at: " + e.getMessage(),
                    "give the user that runs offsite the right to read it",
                    e);
        }
        return file;
    }

    /**
     * Opens an archive for reading. All checks are made on the open file: its name may lead to another one at any time.
     *
     * @throws FailureException {@link ErrorCode#PATH_OUTSIDE}, {@link ErrorCode#ARCHIVE_GONE}, {@link ErrorCode#ARCHIVE_UNREADABLE},
     *     {@link ErrorCode#ARCHIVE_BUSY}, or {@link ErrorCode#ARCHIVE_IO} for what may pass by itself
     */
    public HeldFile open(String path) throws FailureException {
        Path file = resolve(path);
        HeldFile archive;
        try {
            archive = HeldFile.readBeneath(root, file);
        } catch (UnsafePathException e) {
            throw new FailureException(ErrorCode.PATH_OUTSIDE, path + " leads out of the backup directory");
        } catch (NotRegularFileException e) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_UNREADABLE,
                    path + " is not a regular file",
                    "only regular files are archives: remove it, or leave it out with BACKUP_OFFSITE_INCLUDE");
        } catch (BusyFileException e) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_BUSY,
                    path + " cannot be read now: another program, such as a file server, has a write lease on it",
                    "nothing to do: it is read when that program gives the lease back",
                    e);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        boolean usable = false;
        try {
            archive.requireNoForeignLink();
            usable = true;
            return archive;
        } catch (UnsafePathException e) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_UNREADABLE, path + " is not shipped: " + e.getReason(), COPY_IT, e);
        } catch (IOException e) {
            throw unreadable(path, e);
        } finally {
            if (!usable) {
                archive.close();
            }
        }
    }

    /** Returns the failure that an exception means which occurred while an archive was read. */
    public static FailureException unreadable(String path, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new FailureException(ErrorCode.ARCHIVE_GONE, path + " is not there any more", null, e);
        }
        if (e instanceof AccessDeniedException || e instanceof FileSystemLoopException) {
            return new FailureException(
                    ErrorCode.ARCHIVE_UNREADABLE,
                    path + " cannot be read: " + e.getMessage(),
                    "give the user that runs offsite the right to read it, then run 'offsite replicate'",
                    e);
        }
        // a network mount that hangs or restarts passes by itself
        return new FailureException(
                ErrorCode.ARCHIVE_IO,
                path + " cannot be read: " + e,
                "look at the disk or mount that holds it (dmesg, smartctl); offsite retries",
                e);
    }

    private FailureException outside(String path) {
        return new FailureException(
                ErrorCode.PATH_OUTSIDE,
                path + " lies outside the backup directory " + root,
                "nothing outside it is ever shipped; look where this message or ledger row comes from");
    }
}
