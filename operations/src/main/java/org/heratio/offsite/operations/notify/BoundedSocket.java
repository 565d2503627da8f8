package org.heratio.offsite.operations.notify;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose far side may say so much in all and no more: the library keeps an answer in memory until its end. TLS that is layered
 * on it has the same bound.
 */
final class BoundedSocket extends Socket {
    private final int most;
    private @Nullable Bounded in;
    private volatile boolean exceeded;

    /** @param most bytes */
    BoundedSocket(int most) {
        this.most = most;
    }

    /** Returns whether the far side said more. */
    boolean isExceeded() {
        return exceeded;
    }

    /** Returns the same stream each time: who asks again gets no further bytes for it. */
    @Override
    public synchronized InputStream getInputStream() throws IOException {
        Bounded made = in;
        if (made == null) {
            made = new Bounded(super.getInputStream());
            in = made;
        }
        return made;
    }

    /** Reads as many bytes as are left, and fails then. */
    private final class Bounded extends InputStream {
        private final InputStream from;
        private int left = most;

        Bounded(InputStream from) {
            this.from = from;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && length > 0) {
                exceeded = true;
                throw new IOException("more than " + most + " bytes");
            }
            int read = from.read(bytes, offset, Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public void close() throws IOException {
            from.close();
        }
    }
}
