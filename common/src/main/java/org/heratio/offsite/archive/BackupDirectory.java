package org.heratio.offsite.archive;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.text.SystemText;

/**
 * The directory that Heratio writes its archives into. It turns a path from the ledger or a message back into a file, and refuses
 * whatever lies outside: neither a forged message nor a symbolic link may ship {@code /etc/shadow}.
 */
public final class BackupDirectory {
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

    private FailureException outside(String path) {
        return new FailureException(
                ErrorCode.PATH_OUTSIDE,
                path + " lies outside the backup directory " + root,
                "nothing outside it is ever shipped; look where this message or ledger row comes from");
    }
}
