package org.heratio.offsite.openpgp;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import org.bouncycastle.bcpg.AEADEncDataPacket;

/**
 * Writes the content of GnuPG's packet of OCB (tag 20), chunk by chunk in one buffer. {@link #close()} writes the last tag, and does not
 * close the sink. For one thread.
 */
final class OcbOutputStream extends OutputStream {
    private final OutputStream sink;
    private final Ocb ocb;
    private final OcbChunks chunks;
    /** A chunk and its tag. */
    private final byte[] buffer;

    private int filled;
    private boolean closed;

    OcbOutputStream(OutputStream sink, Ocb ocb, AEADEncDataPacket packet) {
        this.sink = sink;
        this.ocb = ocb;
        this.chunks = new OcbChunks(packet);
        this.buffer = new byte[(1 << (packet.getChunkSize() + 6)) + Ocb.TAG];
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int n = Math.min(buffer.length - Ocb.TAG - filled, length - done);
            System.arraycopy(bytes, offset + done, buffer, filled, n);
            filled += n;
            done += n;
            if (filled == buffer.length - Ocb.TAG) {
                chunk();
            }
        }
    }

    private void chunk() throws IOException {
        put(chunks.associated());
        chunks.next(filled);
        filled = 0;
    }

    /** Writes what is in the buffer, encrypted, and its tag. */
    private void put(byte[] associated) throws IOException {
        try {
            ocb.encrypt(chunks.nonce(), associated, buffer, filled);
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java cannot encrypt OCB", e);
        }
        sink.write(buffer, 0, filled + Ocb.TAG);
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            if (filled > 0) {
                chunk();
            }
            put(chunks.associatedWithLength());
        }
    }
}
