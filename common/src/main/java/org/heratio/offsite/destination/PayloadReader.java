package org.heratio.offsite.destination;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the payload of a put from its first byte to its last, and hashes what it reads. Trouble with the payload is classified here:
 * {@link ErrorCode#PAYLOAD_GONE}, {@link ErrorCode#PAYLOAD_CORRUPT} or {@link ErrorCode#SPOOL_IO}. For one thread.
 */
public final class PayloadReader implements AutoCloseable {
    private final PutRequest request;
    private final FileChannel channel;
    private final MessageDigest digest = Digests.sha256();
    private long total;

    /** Opens the payload. */
    public PayloadReader(PutRequest request) throws FailureException, InterruptedException {
        this.request = request;
        try {
            this.channel = FileChannel.open(request.file(), StandardOpenOption.READ);
        } catch (IOException e) {
            throw failure(request, e);
        }
    }

    /**
     * Reads on.
     *
     * @return the number of bytes, or -1 at the end
     * @throws FailureException {@code PAYLOAD_CORRUPT} when there are more than were promised
     */
    public int read(byte[] buffer, int offset, int length) throws FailureException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        int read;
        try {
            read = channel.read(ByteBuffer.wrap(buffer, offset, length));
        } catch (IOException e) {
            throw failure(request, e);
        }
        if (read > 0) {
            digest.update(buffer, offset, read);
            total += read;
            if (total > request.size()) {
                throw wrong("has more than the " + request.size() + " bytes that it had");
            }
        }
        return read;
    }

    /** Throws {@code PAYLOAD_CORRUPT} unless what was read is the payload that was promised. For the end, once. */
    public void requireWhole() throws FailureException, InterruptedException {
        if (total != request.size()) {
            throw wrong("has " + total + " bytes instead of " + request.size());
        }
        requireSize();
        String sha256 = Digests.hex(digest);
        if (!sha256.equalsIgnoreCase(request.sha256())) {
            throw wrong("has the SHA-256 " + sha256 + " instead of " + request.sha256());
        }
    }

    /** Throws {@code PAYLOAD_CORRUPT} when the file was cut short or grew. */
    public void requireSize() throws FailureException, InterruptedException {
        long size;
        try {
            size = channel.size();
        } catch (IOException e) {
            throw failure(request, e);
        }
        if (size != request.size()) {
            throw wrong("has " + size + " bytes instead of " + request.size());
        }
    }

    private FailureException wrong(String how) {
        return corrupt(request, how);
    }

    /** Returns the failure of a payload that is not what was promised; {@code how} goes on after its name. */
    public static FailureException corrupt(PutRequest request, String how) {
        return new FailureException(ErrorCode.PAYLOAD_CORRUPT, "the payload " + request.shownFile() + " " + how);
    }

    /**
     * Returns what an exception of the payload's file means.
     *
     * @throws InterruptedException when it means that
     */
    public static FailureException failure(PutRequest request, IOException e) throws InterruptedException {
        if (e instanceof ClosedByInterruptException) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        }
        return e instanceof NoSuchFileException
                ? failure(ErrorCode.PAYLOAD_GONE, request, "is not there", null, e)
                : unreadable(request, e);
    }

    private static FailureException unreadable(PutRequest request, IOException e) {
        return failure(
                ErrorCode.SPOOL_IO, request, "cannot be read: " + e.getMessage(), "look at the disk that holds it", e);
    }

    private static FailureException failure(
            ErrorCode code, PutRequest request, String how, @Nullable String hint, IOException e) {
        return new FailureException(code, "the payload " + request.shownFile() + " " + how, hint, e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it was only read
        }
    }
}
