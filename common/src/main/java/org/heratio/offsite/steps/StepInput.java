package org.heratio.offsite.steps;

import java.io.IOException;
import java.io.InputStream;
import org.heratio.offsite.steps.Exchange.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream ahead, in a thread of its own, by a MiB at most. A failure of the source is thrown as it is, after the bytes before it. An
 * interrupt of the reading thread, while it waits, is an {@link java.io.InterruptedIOException} and stays set. After {@link #close()} the
 * thread has ended, and the source is closed. For one thread.
 */
public final class StepInput extends InputStream {
    private final InputStream source;
    private final Exchange exchange = new Exchange();
    private final StepThread thread;
    private @Nullable Buffer buffer;
    private int at;
    private boolean ended;
    private boolean closed;

    private StepInput(InputStream source, String name) {
        this.source = source;
        this.thread = new StepThread(name, this::readAhead);
    }

    /**
     * Begins a step.
     *
     * @param name of the thread
     * @param expected bytes that can be read, as far as is known; for up to a MiB the source itself is returned
     */
    public static InputStream of(InputStream source, String name, long expected) {
        return expected <= StepOutput.SMALL_BYTES ? source : new StepInput(source, name);
    }

    private void readAhead() {
        try {
            while (fill(exchange.empty())) {
                // until the end
            }
            exchange.end(null);
        } catch (Throwable e) {
            // An Error, too, has to end the other side: the reading thread throws it (Exchange.take).
            exchange.end(e);
        }
    }

    /** Fills a buffer and gives it away, whatever happens meanwhile. Returns whether more may follow. */
    private boolean fill(Buffer into) throws IOException {
        try {
            while (!into.isFull()) {
                int n = source.read(into.bytes, into.length, into.bytes.length - into.length);
                if (n < 0) {
                    return false;
                }
                into.length += n;
            }
            return true;
        } finally {
            exchange.give(into);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        while (buffer == null || at == buffer.length) {
            if (!next()) {
                return -1;
            }
        }
        int n = Math.min(length, buffer.length - at);
        System.arraycopy(buffer.bytes, at, bytes, offset, n);
        at += n;
        return n;
    }

    private boolean next() throws IOException {
        if (buffer != null) {
            Buffer read = buffer;
            buffer = null;
            exchange.done(read);
        }
        if (!ended) {
            buffer = exchange.take();
            at = 0;
            ended = buffer == null;
        }
        return !ended;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            exchange.abandon(null);
            thread.stop();
            source.close();
        }
    }
}
