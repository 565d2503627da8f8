package org.heratio.offsite.steps;

import java.io.IOException;
import java.io.OutputStream;
import org.heratio.offsite.steps.Exchange.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what is written, in a thread of its own. {@link #finish()} ends it; without that, {@link #close()} drops what is not passed on
 * yet. Neither closes or flushes the sink, which nobody else may use until then.
 *
 * <p>A failure of the sink is thrown as it is, by a later call. An interrupt of the writing thread, while it waits, is an
 * {@link java.io.InterruptedIOException} and stays set. After {@code close} the thread has ended. For one thread.
 */
public final class StepOutput extends OutputStream {
    /** The size up to which a thread costs more than it saves. */
    static final long SMALL_BYTES = 1 << 20;

    private final OutputStream sink;
    private final Exchange exchange = new Exchange();
    private final @Nullable StepThread thread;
    private @Nullable Buffer buffer;
    private boolean ended;

    /**
     * Begins a step.
     *
     * @param name of the thread
     * @param expected bytes that will be written, as far as is known; up to a MiB is written without a thread
     */
    public StepOutput(OutputStream sink, String name, long expected) {
        this.sink = sink;
        this.thread = expected <= SMALL_BYTES ? null : new StepThread(name, this::passOn);
    }

    private void passOn() {
        try {
            for (Buffer next = exchange.take(); next != null; next = exchange.take()) {
                sink.write(next.bytes, 0, next.length);
                exchange.done(next);
            }
        } catch (Throwable e) {
            // An Error, too, has to end the other side: the writing thread throws it (Exchange.empty).
            exchange.abandon(e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (ended) {
            throw new IOException("the stream is closed");
        }
        if (thread == null) {
            sink.write(bytes, offset, length);
            return;
        }
        for (int done = 0; done < length; ) {
            Buffer into = buffer == null ? exchange.empty() : buffer;
            buffer = into;
            int n = Math.min(into.bytes.length - into.length, length - done);
            System.arraycopy(bytes, offset + done, into.bytes, into.length, n);
            into.length += n;
            done += n;
            if (into.isFull()) {
                exchange.give(into);
                buffer = null;
            }
        }
    }

    /** Waits until the sink has everything. Idempotent. */
    public void finish() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        if (thread != null) {
            if (buffer != null) {
                exchange.give(buffer);
            }
            exchange.end(null);
            thread.join();
            exchange.requireTaken();
        }
    }

    /** Ends it. What was not passed on is lost if it was not finished. Idempotent. */
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            if (thread != null) {
                thread.stop();
            }
        }
    }
}
