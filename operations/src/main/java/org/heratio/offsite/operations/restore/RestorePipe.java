package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;

/**
 * A pipe that an archive is written to. Its bytes cannot be taken back: when a copy breaks off, the next one goes on behind them, if it
 * begins with the same ones. For one archive, and one thread at a time.
 */
public final class RestorePipe {
    private final OutputStream out;
    private final MessageDigest sum = Digests.sha256();
    private long written;
    /** Read while another thread may still write. */
    private volatile boolean failed;

    public RestorePipe(OutputStream out) {
        this.out = out;
    }

    /** Returns the bytes that were written. They are proved only if the restore succeeded. */
    public long written() {
        return written;
    }

    /** Returns whether it was the pipe that failed, and not what was written to it. */
    boolean failed() {
        return failed;
    }

    /**
     * Begins with another copy.
     *
     * @param most bytes that the archive can have
     */
    Selection.Content from(String archive, long most) {
        return new Content(archive, most);
    }

    private final class Content extends Selection.Content {
        private final String archive;
        private final long most;
        private final long before = written;
        private final MessageDigest again = Digests.sha256();
        private long position;

        Content(String archive, long most) {
            this.archive = archive;
            this.most = most;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > most - position) {
                throw new FailureIOException(
                        ErrorCode.COPY_CORRUPT,
                        "the copy holds more than the " + most + " bytes of " + archive,
                        null,
                        null);
            }
            int known = (int) Math.min(length, Math.max(0, before - position));
            if (known > 0) {
                again.update(bytes, offset, known);
                position += known;
                if (position == before) {
                    requireSame();
                }
            }
            if (known < length) {
                pass(bytes, offset + known, length - known);
                position += length - known;
            }
        }

        private void requireSame() throws FailureIOException {
            if (!Digests.hex(again).equals(Digests.hex(copyOf(sum)))) {
                throw new FailureIOException(
                        ErrorCode.COPY_CORRUPT,
                        "two copies of " + archive + " differ in the " + before + " bytes that were written",
                        "discard the bytes, and use 'offsite restore', which tries each copy from its start",
                        null);
            }
        }

        private void pass(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failed = true;
                throw new FailureIOException(
                        ErrorCode.TARGET_IO,
                        "standard output takes no more than " + written + " bytes of " + archive + ": "
                                + e.getMessage(),
                        null,
                        e);
            }
            sum.update(bytes, offset, length);
            written += length;
        }

        @Override
        void finish() throws IOException {
            if (position < before) {
                throw new FailureIOException(
                        ErrorCode.COPY_CORRUPT,
                        "the copy holds " + position + " bytes of " + archive + ", and another one gave " + before,
                        null,
                        null);
            }
        }
    }

    private static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of the JDK can be cloned", e);
        }
    }
}
