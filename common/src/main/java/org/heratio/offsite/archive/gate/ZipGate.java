package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the central directory of a zip file, which stands at its end and is written last. Unlike gzip it is not unpacked: the
 * directory alone tells truncation.
 */
final class ZipGate implements CompletenessGate {
    private final String fileName;
    private final FileChannel archive;
    private long size;
    private @Nullable Failure fault;

    ZipGate(String fileName, FileChannel archive) {
        this.fileName = fileName;
        this.archive = archive;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        size += length;
    }

    @Override
    public @Nullable Failure fault() {
        return fault;
    }

    @Override
    public void finish() throws FailureException, IOException {
        if (fault == null) {
            fault = look();
        }
        if (fault != null) {
            throw new FailureException(fault, null);
        }
    }

    private @Nullable Failure look() throws IOException {
        if (size == 0) {
            return new Failure(ErrorCode.ARCHIVE_EMPTY, fileName + " is empty (0 bytes)", Hints.EMPTY);
        }
        try {
            ZipDirectory directory = ZipDirectory.locate(archive, size);
            directory.check();
            if (directory.entries() == 0) {
                return new Failure(
                        ErrorCode.ARCHIVE_EMPTY, fileName + " is a zip file with nothing in it", Hints.EMPTY);
            }
            return null;
        } catch (ZipDirectory.Damaged e) {
            return new Failure(
                    ErrorCode.ARCHIVE_INCOMPLETE,
                    fileName + " is not a whole zip file: " + e.getMessage() + ", at byte " + e.at(),
                    Hints.INCOMPLETE);
        }
    }

    @Override
    public void close() {
        // the channel is whose it was
    }
}
