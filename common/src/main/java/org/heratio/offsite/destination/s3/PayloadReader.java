package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.zip.CRC32C;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * Reads a payload from its first byte to its last and hashes it, range by range, just ahead of the upload: the store is told
 * beforehand what each range must be, so that only what was hashed here can be stored.
 */
final class PayloadReader implements AutoCloseable {
    private final PutRequest request;
    private final FileChannel channel;
    private final MessageDigest whole = Digests.sha256();
    private final ByteBuffer buffer = ByteBuffer.allocate(256 << 10);

    PayloadReader(PutRequest request) throws FailureException {
        this.request = request;
        try {
            this.channel = FileChannel.open(request.file(), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw gone(e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The digests of the next {@code length} bytes. */
    RangeDigest next(long length) throws FailureException, InterruptedException {
        MessageDigest md5 = RangeDigest.md5Digest();
        CRC32C crc = new CRC32C();
        long left = length;
        try {
            while (left > 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                buffer.clear().limit((int) Math.min(buffer.capacity(), left));
                int read = channel.read(buffer);
                if (read < 0) {
                    throw wrong("ends after " + channel.position() + " bytes instead of " + request.size());
                }
                whole.update(buffer.array(), 0, read);
                md5.update(buffer.array(), 0, read);
                crc.update(buffer.array(), 0, read);
                left -= read;
            }
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            throw unreadable(e);
        }
        return new RangeDigest(length, md5.digest(), (int) crc.getValue());
    }

    /** To be called behind the last range: throws {@code PAYLOAD_CORRUPT} unless the bytes were those of the request. */
    void requireWhole() throws FailureException {
        requireSize();
        String sha256 = Digests.hex(whole);
        if (!sha256.equalsIgnoreCase(request.sha256())) {
            throw wrong("has the SHA-256 " + sha256 + " instead of " + request.sha256());
        }
    }

    /** Throws {@code PAYLOAD_CORRUPT} when the payload was cut short or grew. */
    void requireSize() throws FailureException {
        try {
            if (channel.size() != request.size()) {
                throw wrong("has " + channel.size() + " bytes instead of " + request.size());
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // nothing was written through it
        }
    }

    private FailureException wrong(String how) {
        return new FailureException(ErrorCode.PAYLOAD_CORRUPT, "the payload " + request.file() + " " + how);
    }

    private FailureException gone(IOException e) {
        return new FailureException(ErrorCode.PAYLOAD_GONE, "the payload " + request.file() + " is not there", null, e);
    }

    private FailureException unreadable(IOException e) {
        return new FailureException(
                ErrorCode.SPOOL_IO, "the payload " + request.file() + " can't be read: " + e.getMessage(), null, e);
    }
}
