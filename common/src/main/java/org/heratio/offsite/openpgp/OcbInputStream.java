package org.heratio.offsite.openpgp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.bouncycastle.bcpg.AEADEncDataPacket;

/**
 * The content of GnuPG's packet of OCB (tag 20), chunk by chunk. Bytes come out after the tag of their chunk was checked; the end is reported
 * after that of the whole was.
 */
final class OcbInputStream extends InputStream {
    private final InputStream encrypted;
    private final Ocb ocb;
    private final OcbChunks chunks;
    private final int chunkBytes;

    /** A chunk, its tag, and what may be the last tag. */
    private final byte[] buffer;
    /** Bytes that were read behind the tag of the chunk. */
    private int ahead;

    private int at;
    private int end;
    private boolean ended;

    OcbInputStream(InputStream encrypted, Ocb ocb, AEADEncDataPacket packet) {
        this.encrypted = encrypted;
        this.ocb = ocb;
        this.chunks = new OcbChunks(packet);
        this.chunkBytes = 1 << (packet.getChunkSize() + 6);
        this.buffer = new byte[chunkBytes + 2 * Ocb.TAG];
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == end && !ended) {
            next();
        }
        if (at == end) {
            return -1;
        }
        int n = Math.min(length, end - at);
        System.arraycopy(buffer, at, bytes, offset, n);
        at += n;
        return n;
    }

    /** Decrypts the next chunk; the end is that of no more bytes. */
    private void next() throws IOException {
        System.arraycopy(buffer, chunkBytes + Ocb.TAG, buffer, 0, ahead);
        int n = ahead + encrypted.readNBytes(buffer, ahead, buffer.length - ahead);
        at = 0;
        end = 0;
        boolean last = n < buffer.length;
        if (n < 2 * Ocb.TAG && n != Ocb.TAG) {
            throw new EOFException("the message ends within a tag");
        }
        int content = Math.max(0, n - 2 * Ocb.TAG);
        if (n > Ocb.TAG) {
            require(buffer, content, chunks.associated());
            chunks.next(content);
        }
        if (last) {
            ended = true;
            require(Arrays.copyOfRange(buffer, n - Ocb.TAG, n), 0, chunks.associatedWithLength());
        }
        ahead = Ocb.TAG;
        end = content;
    }

    private void require(byte[] bytes, int content, byte[] associated) throws IOException {
        try {
            if (!ocb.decrypt(chunks.nonce(), associated, bytes, content)) {
                throw new IOException("a tag is wrong: it was changed after it was encrypted");
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java cannot decrypt OCB", e);
        }
    }

    @Override
    public void close() throws IOException {
        encrypted.close();
    }
}
