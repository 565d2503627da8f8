package org.heratio.offsite.destination;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import java.util.function.Function;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * The stream that {@link Destination#open} promises, over what a driver reads from: trouble is an {@link IOException} whose cause is
 * the classified failure, an end that comes too early is trouble, and an interrupt is an {@link InterruptedIOException} and stays set.
 * Whatever the source says or sends, no more bytes come out than the caller of {@code open} expects.
 */
public final class CopyStream extends InputStream {
    /** The size of a copy whose source does not tell it. The copy ends where its source ends. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    private final Source source;
    private final String what;
    private final long expected;
    private final Function<Exception, FailureException> failures;
    /** Bytes that are still to come, as the far side says. */
    private long left;
    /** Bytes that may still come, as the caller expects. */
    private long room;

    private boolean closed;

    private static final Source NOTHING = new Source() {
        @Override
        public int read(byte[] buffer, int offset, int length) {
            return -1;
        }

        @Override
        public void close(boolean finished) {}
    };

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
     * A part of a copy.
     *
     * @param offset where the source begins
     * @param expected bytes that the whole copy has, as {@link Destination#open} gets it
     */
    public record Part(long offset, long expected) {}

    /**
     * @param what what is done, on what, for messages: {@code reading a.gz}
     * @param size bytes of the whole copy, as the far side says, or {@link #UNKNOWN}
     * @param failures says what an exception of the source means; a {@link FailureException} is taken as it is
     */
    public CopyStream(
            Source source, String what, long size, Part part, Function<Exception, FailureException> failures) {
        this.source = source;
        this.what = what;
        this.expected = part.expected();
        this.left = size == UNKNOWN ? UNKNOWN : Math.max(0, size - part.offset());
        this.room = Math.max(0, part.expected() - part.offset());
        this.failures = failures;
    }

    /** Returns the stream of a copy that is known to have more bytes than is expected: its first read says so. */
    public static CopyStream tooLong(String what, long expected) {
        return new CopyStream(NOTHING, what, expected + 1, new Part(0, expected), e -> tooMany(what, expected));
    }

    /** Returns the classified failure behind an exception of such a stream, or empty. */
    public static Optional<FailureException> failure(IOException e) {
        return e.getCause() instanceof FailureException failure ? Optional.of(failure) : Optional.empty();
    }

    /** Returns whether an exception of such a stream says that the copy has more bytes than were expected. */
    public static boolean isTooLong(IOException e) {
        return failure(e)
                .filter(f -> f.failure().code() == ErrorCode.COPY_CORRUPT)
                .isPresent();
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
            read = next(buffer, offset, length);
        } catch (FailureException e) {
            throw failure(e, e);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw failure(e, null);
        }
        if (left != UNKNOWN) {
            left -= read;
        } else if (read < 0) {
            left = 0;
        }
        room -= Math.max(0, read);
        return read;
    }

    private int next(byte[] buffer, int offset, int length) throws IOException, InterruptedException, FailureException {
        if (left != UNKNOWN && left > room) {
            throw tooMany(what, expected);
        }
        if (room == 0) {
            // only the source knows whether this is the end
            if (source.read(new byte[1], 0, 1) >= 0) {
                throw tooMany(what, expected);
            }
            return -1;
        }
        int read = source.read(buffer, offset, (int) Math.min(length, Math.min(left, room)));
        if (read < 0 && left != UNKNOWN) {
            throw new IOException("it ended " + left + " bytes too early");
        }
        return read;
    }

    private static FailureException tooMany(String what, long expected) {
        return new FailureException(
                ErrorCode.COPY_CORRUPT, what + ": the copy has more than its " + expected + " bytes");
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
