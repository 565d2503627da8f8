package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.heratio.offsite.archive.BackupDirectory;
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
        if (e instanceof ClosedByInterruptException || e instanceof InterruptedIOException) {
            // the exception that goes out says it; the flag would disturb the clean-up
            Thread.interrupted();
            throw new InterruptedException("while " + path + " was read");
        }
        return BackupDirectory.unreadable(path, e);
    }
}
