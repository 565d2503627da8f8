package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;

/** Names what stopped a pass. */
final class SealFailures {
    private SealFailures() {}

    /** The failure behind an exception that occurred while an archive was read and its payload written. */
    static FailureException reading(String path, IOException e) throws InterruptedException {
        if (e instanceof FailureIOException f) {
            return f.unwrap();
        }
        if (e instanceof ClosedByInterruptException) {
            // the exception that goes out says it; the flag would disturb the clean-up
            Thread.interrupted();
            throw new InterruptedException("while " + path + " was read");
        }
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
        return new FailureException(ErrorCode.UNEXPECTED, path + " cannot be read: " + e, null, e);
    }
}
