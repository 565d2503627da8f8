package org.heratio.offsite.openpgp;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.jspecify.annotations.Nullable;

/** The content of a message. The end of the stream is reported only after the integrity of the whole message was checked. */
final class MessageInputStream extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;
    /** The most bytes before the content: its first chunk alone may have 4 MiB. */
    private static final int MOST_OF_HEAD = 16 << 20;

    private final Source source;
    private final MessageReader.Opened message;
    private boolean checked;
    private @Nullable FailureIOException failed;

    private MessageInputStream(Source source, MessageReader.Opened message) {
        this.source = source;
        this.message = message;
    }

    static InputStream open(InputStream payload, char[] passphrase, MessageReader reader) throws IOException {
        Source source = new Source(payload);
        try {
            MessageReader.Opened message = reader.open(source, passphrase);
            source.opened();
            return new MessageInputStream(source, message);
        } catch (PGPException | IOException | RuntimeException e) {
            throw source.blame(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int n = read(one, 0, 1);
        return n == -1 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (failed != null) {
            throw failed;
        }
        if (checked) {
            return -1;
        }
        try {
            int n = message.content().read(bytes, offset, length);
            if (n == -1) {
                check();
            }
            return n;
        } catch (PGPException | IOException | RuntimeException e) {
            IOException blamed = source.blame(e);
            if (blamed instanceof FailureIOException f) {
                failed = f;
            }
            throw blamed;
        }
    }

    private void check() throws PGPException, IOException {
        // with OCB each read checks its tags, the last one at the end
        while (message.plain().read() != -1) {
            // what stands behind the content belongs to what the check covers
        }
        PGPEncryptedData data = message.data();
        if (!data.isAEAD() && !data.verify()) {
            throw corrupt("the payload was changed after it was encrypted (its MDC is wrong)", null);
        }
        if (source.read() != -1) {
            throw corrupt("more bytes follow the end of the OpenPGP message", null);
        }
        checked = true;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    static FailureIOException corrupt(String reason, @Nullable Throwable cause) {
        return new FailureIOException(ErrorCode.PAYLOAD_CORRUPT, reason, null, cause);
    }

    /** The payload, which remembers when it was itself that failed and not what was read from it. */
    static final class Source extends FilterInputStream {
        private @Nullable IOException failure;

        private long head;
        private boolean open;

        Source(InputStream payload) {
            super(new BufferedInputStream(payload, BUFFER_BYTES));
        }

        @Override
        public int read() throws IOException {
            count(1);
            try {
                return in.read();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read;
            try {
                read = in.read(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            count(read);
            return read;
        }

        /** The message has begun: what follows is passed on, and not kept. */
        void opened() {
            open = true;
        }

        /** A length in a packet may lie, and what a packet holds is kept in memory. */
        private void count(int bytes) throws IOException {
            if (!open) {
                head += Math.max(0, bytes);
                if (head > MOST_OF_HEAD) {
                    throw corrupt("the OpenPGP message has a packet that is too long, and no beginning", null);
                }
            }
        }

        /** Whose fault an exception is: the stream's below, or that of the message. */
        IOException blame(Exception e) {
            if (failure != null) {
                return failure;
            }
            if (e instanceof FailureIOException f) {
                return f;
            }
            return corrupt("the OpenPGP message is damaged or cut off: " + e.getMessage(), e);
        }
    }
}
