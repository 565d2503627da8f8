package org.heratio.offsite.openpgp;

import java.nio.ByteBuffer;
import org.bouncycastle.bcpg.AEADEncDataPacket;

/** Where a message in GnuPG's packet of OCB (tag 20) is: it says the nonce of each chunk, and what its tag covers beside its bytes. */
final class OcbChunks {
    private final AEADEncDataPacket packet;
    private long chunks;
    private long total;

    OcbChunks(AEADEncDataPacket packet) {
        this.packet = packet;
    }

    /** Returns the nonce of the present chunk; after the last one, that of the last tag. */
    byte[] nonce() {
        byte[] nonce = packet.getIV().clone();
        int at = nonce.length - Long.BYTES;
        ByteBuffer bytes = ByteBuffer.wrap(nonce);
        return bytes.putLong(at, bytes.getLong(at) ^ chunks).array();
    }

    /** Returns what stands for the packet and the number of the present chunk. */
    byte[] associated() {
        return associated(0).array();
    }

    /** Returns what the last tag covers: also the length of all chunks. */
    byte[] associatedWithLength() {
        return associated(Long.BYTES).putLong(total).array();
    }

    private ByteBuffer associated(int more) {
        byte[] head = packet.getAAData();
        return ByteBuffer.allocate(head.length + Long.BYTES + more).put(head).putLong(chunks);
    }

    /** Goes on to the next chunk. */
    void next(int bytes) {
        chunks++;
        total += bytes;
    }
}
