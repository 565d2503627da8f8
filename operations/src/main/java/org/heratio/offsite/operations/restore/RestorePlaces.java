package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.ExclusiveFile;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.text.SystemText;

/** Gives each version the file that it is restored to. */
public interface RestorePlaces {
    /** Returns the file of a version. */
    Path of(Version version) throws FailureException;

    /** Returns the directory that all files lie below, or the only file. */
    Path root();

    /** Throws {@code TARGET_IO} if no file at all can be made there. */
    void requireUsable() throws FailureException;

    /** Returns places below a directory, each at the archive's path below the backup directory. */
    static RestorePlaces below(Path directory) {
        return new RestorePlaces() {
            @Override
            public Path of(Version version) throws FailureException {
                String path = version.relativePath();
                if (!SystemText.opens(path)) {
                    throw new FailureException(
                            ErrorCode.TARGET_IO,
                            "a file called " + path + " cannot be written here: file names are written as "
                                    + SystemText.charsetOfNames(),
                            SystemText.HINT);
                }
                Path target = directory.resolve(path).normalize();
                if (!target.startsWith(directory) || target.equals(directory)) {
                    throw new FailureException(
                            ErrorCode.TARGET_IO,
                            version.path() + " has no place below " + directory,
                            "restore it by itself, with --to");
                }
                return target;
            }

            @Override
            public Path root() {
                return directory;
            }

            @Override
            public void requireUsable() throws FailureException {
                try {
                    // gets no name, and vanishes
                    ExclusiveFile.create(directory.resolve(".offsite-restore")).close();
                } catch (FileSystemException e) {
                    throw RestoreTarget.unusable(directory, e);
                } catch (IOException e) {
                    throw new FailureException(RestoreTarget.failure(directory, 0, e), e);
                }
            }
        };
    }

    /** Returns the place of a single version. */
    static RestorePlaces only(Path file) {
        return new RestorePlaces() {
            @Override
            public Path of(Version version) {
                return file;
            }

            @Override
            public Path root() {
                return file;
            }

            @Override
            public void requireUsable() {
                // told by the restore itself
            }
        };
    }
}
