package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Copies a payload into a temporary file and hashes what it reads, in one pass. */
final class PayloadCopy {

    private static final int BUFFER = 256 * 1024;

    private final PutRequest request;
    private final RateLimit limit;
    private final MessageDigest digest;
    private long total;

    /** @param limit of what is written */
    PayloadCopy(PutRequest request, RateLimit limit) {
        this.request = request;
        this.limit = limit;
        this.digest = Digests.sha256();
    }

    /**
     * @throws IOException when the destination cannot be written; trouble with the payload is classified here
     */
    void to(PartialFile out) throws IOException, FailureException, InterruptedException {
        byte[] buffer = new byte[limit.piece(BUFFER)];
        try (InputStream in = openPayload()) {
            for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                digest.update(buffer, 0, n);
                total += n;
                if (total > request.size()) {
                    throw corrupt("has more than the " + request.size() + " bytes that it had");
                }
                limit.await(n);
                out.write(ByteBuffer.wrap(buffer, 0, n));
                request.progress().accept(total);
            }
        }
        if (total != request.size()) {
            throw corrupt("has " + total + " bytes instead of " + request.size());
        }
        if (!Digests.hex(digest).equals(request.sha256())) {
            throw corrupt("has other bytes than it had");
        }
    }

    private InputStream openPayload() throws FailureException, InterruptedException {
        try {
            return Files.newInputStream(request.file());
        } catch (NoSuchFileException e) {
            throw new FailureException(ErrorCode.PAYLOAD_GONE, request.file() + " is not there any more", null, e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private int read(InputStream in, byte[] buffer) throws FailureException, InterruptedException {
        try {
            return in.read(buffer);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private FailureException unreadable(IOException e) {
        return new FailureException(
                ErrorCode.SPOOL_IO,
                request.file() + " cannot be read: " + e.getMessage(),
                "look at the disk that holds it",
                e);
    }

    private FailureException corrupt(String what) {
        return new FailureException(
                ErrorCode.PAYLOAD_CORRUPT, "the payload " + request.file() + " " + what + " when it was made");
    }
}
