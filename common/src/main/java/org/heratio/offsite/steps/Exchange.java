package org.heratio.offsite.steps;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Hands buffers from one thread to another and back, a few at a time. Whoever waits learns of the failure of the other; the giver's comes
 * after the bytes before it. An interrupt ends a wait with {@link InterruptedIOException}, and the flag stays set.
 */
final class Exchange {
    /** Enough of a system call's cost is spread over so many bytes, and a few of them stay in a processor's cache. */
    static final int BUFFER_BYTES = 1 << 18;

    private static final int BUFFERS = 4;

    /** Bytes on their way. */
    static final class Buffer {
        final byte[] bytes = new byte[BUFFER_BYTES];
        int length;

        boolean isFull() {
            return length == bytes.length;
        }
    }

    private final Queue<Buffer> free = new ArrayDeque<>();
    private final Queue<Buffer> full = new ArrayDeque<>();
    private int made;
    private boolean ended;
    private boolean abandoned;
    private @Nullable Throwable giversFailure;
    private @Nullable Throwable takersFailure;

    /** Returns an empty buffer, as soon as there is one. */
    synchronized Buffer empty() throws IOException {
        while (free.isEmpty() && made == BUFFERS && !abandoned) {
            await();
        }
        if (abandoned) {
            throw failure(takersFailure);
        }
        if (free.isEmpty()) {
            made++;
            return new Buffer();
        }
        Buffer buffer = free.remove();
        buffer.length = 0;
        return buffer;
    }

    /** Gives a buffer to the taker. */
    synchronized void give(Buffer buffer) {
        full.add(buffer);
        notifyAll();
    }

    /** Says that nothing follows; with a failure, what follows is lost. */
    synchronized void end(@Nullable Throwable failure) {
        ended = true;
        giversFailure = failure;
        notifyAll();
    }

    /** Returns the next buffer, or null at the end. */
    synchronized @Nullable Buffer take() throws IOException {
        while (full.isEmpty() && !ended) {
            await();
        }
        if (full.isEmpty() && giversFailure != null) {
            throw failure(giversFailure);
        }
        return full.poll();
    }

    /** Gives a buffer back that was taken. */
    synchronized void done(Buffer buffer) {
        free.add(buffer);
        notifyAll();
    }

    /** Says that no more is taken, because of a failure if there is one. */
    synchronized void abandon(@Nullable Throwable failure) {
        abandoned = true;
        takersFailure = failure;
        notifyAll();
    }

    /** Throws the failure of the taker, if it had one. */
    synchronized void requireTaken() throws IOException {
        if (takersFailure != null) {
            throw failure(takersFailure);
        }
    }

    /** Waits for one change; it may be another one than the caller waits for. */
    @SuppressWarnings("WaitNotInLoop") // each caller loops
    private void await() throws InterruptedIOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    /** Throws what is no IOException. */
    private static IOException failure(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        return failure instanceof IOException e ? e : new IOException("the stream is closed", failure);
    }
}
