package org.heratio.offsite.destination.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The bytes of a copy as they arrive. Trouble on the way is an {@link IOException} whose cause is the {@link FailureException} that
 * says what it means; an end that comes too early is trouble too. An interrupt ends a read and stays set.
 */
final class CopyStream extends FilterInputStream {
    private final ResponseInputStream<GetObjectResponse> response;
    private final S3Failures failures;
    private final String what;
    private long left;

    CopyStream(ResponseInputStream<GetObjectResponse> response, S3Failures failures, String what) {
        super(response);
        this.response = response;
        this.failures = failures;
        this.what = what;
        Long length = response.response().contentLength();
        this.left = length == null ? Long.MAX_VALUE : length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0 || length == 0) {
            return length == 0 ? 0 : -1;
        }
        int read;
        try {
            read = super.read(buffer, offset, length);
        } catch (IOException | RuntimeException e) {
            throw trouble(e);
        }
        if (read < 0 && left != Long.MAX_VALUE) {
            throw trouble(new IOException("it ended " + left + " bytes too early"));
        }
        left -= left == Long.MAX_VALUE ? 0 : Math.max(read, 0);
        return read;
    }

    @Override
    public long skip(long n) throws IOException {
        byte[] buffer = new byte[(int) Math.min(Math.max(n, 0), 64 << 10)];
        return Math.max(read(buffer, 0, buffer.length), 0);
    }

    @Override
    public void close() {
        if (left > 0) {
            response.abort();
        } else {
            try {
                super.close();
            } catch (IOException | RuntimeException ignored) {
                // everything was read
            }
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private IOException trouble(Exception e) {
        if (Thread.currentThread().isInterrupted() || interruptIn(e) != null) {
            Thread.currentThread().interrupt();
            return (IOException) new InterruptedIOException("interrupted while " + what).initCause(e);
        }
        FailureException failure = failures.of(what, e);
        return new IOException(failure.failure().oneLine(), failure);
    }

    private static @Nullable Throwable interruptIn(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof InterruptedException || t instanceof InterruptedIOException) {
                return t;
            }
        }
        return null;
    }
}
