package org.heratio.offsite.destination;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.Function;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * The stream that {@link Destination#open} promises, over what a driver reads from: trouble is an {@link IOException} whose cause is
 * the classified failure, an end that comes too early is trouble, and an interrupt is an {@link InterruptedIOException} and stays set.
 */
public final class CopyStream extends InputStream {
    /** The length of a copy whose source does not tell it. The copy ends where its source ends. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    private final Source source;
    private final String what;
    private final Function<Exception, FailureException> failures;
    private long left;
    private boolean closed;

    /** Where the bytes come from. */
    public interface Source {
        /** Returns how many bytes were read, or -1 at the end. */
        int read(byte[] buffer, int offset, int length) throws IOException, InterruptedException, FailureException;

        /**
         * Lets it go, without waiting.
         *
         * @param finished whether every byte was read
         */
        void close(boolean finished);
    }

    /**
     * @param what what is done, on what, for messages: {@code reading a.gz}
     * @param left bytes that are to come, or {@link #UNKNOWN}
     * @param failures says what an exception of the source means; a {@link FailureException} is taken as it is
     */
    public CopyStream(Source source, String what, long left, Function<Exception, FailureException> failures) {
        this.source = source;
        this.what = what;
        this.left = left;
        this.failures = failures;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (length == 0 || left == 0) {
            return length == 0 ? 0 : -1;
        }
        int read;
        try {
            read = source.read(buffer, offset, (int) Math.min(length, left));
            if (read < 0 && left != UNKNOWN) {
                throw new IOException("it ended " + left + " bytes too early");
            }
        } catch (FailureException e) {
            throw failure(e, e);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw failure(e, null);
        }
        left -= left == UNKNOWN ? 0 : read;
        return read;
    }

    private IOException failure(Exception e, @Nullable FailureException classified) {
        if (Thread.currentThread().isInterrupted() || isInterrupt(e)) {
            Thread.currentThread().interrupt();
            return (IOException) new InterruptedIOException("interrupted while " + what).initCause(e);
        }
        FailureException failure = classified == null ? failures.apply(e) : classified;
        return new IOException(failure.failure().oneLine(), failure);
    }

    private static boolean isInterrupt(Exception thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            // a time-out looks like an interrupt to Java, and is none
            boolean io = t instanceof InterruptedIOException && !(t instanceof SocketTimeoutException);
            if (io || t instanceof InterruptedException || t instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            source.close(left == 0);
        }
    }
}
