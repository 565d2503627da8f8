package org.heratio.offsite.openpgp;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.bcpg.AEADAlgorithmTags;
import org.bouncycastle.bcpg.AEADEncDataPacket;
import org.bouncycastle.bcpg.BCPGOutputStream;
import org.bouncycastle.bcpg.PacketTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyEncSessionPacket;

/**
 * Writes the packets of {@code gpg --symmetric --force-ocb}: a random session key for each message, itself encrypted in OCB, so that its tag
 * tells a wrong passphrase from damage; then the content in chunks. bcpg's own writer goes block by block.
 *
 * <p>One stretched key may encrypt many session keys here, as each has a random nonce of 120 bits.
 */
final class OcbMessage {
    /** A writer and a reader keep a chunk in memory, and gpg's own of 4 MiB gain no speed. */
    private static final int LARGEST_CHUNK = 256 * 1024;

    private static final int AES = SymmetricKeyAlgorithmTags.AES_256;
    private static final int OCB = AEADAlgorithmTags.OCB;
    private static final int KEY_BYTES = 32;
    private static final int VERSION = SymmetricKeyEncSessionPacket.VERSION_5;

    private OcbMessage() {}

    /**
     * Begins a message.
     *
     * @param key is cleared
     * @param partial bytes of a packet's parts, a power of two
     * @return what takes the content; closing it ends the message, and leaves the sink open
     */
    static OutputStream open(OutputStream sink, MessageKeys.MessageKey key, int partial, SecureRandom random)
            throws IOException, GeneralSecurityException {
        byte[] sessionKey = random(random, KEY_BYTES);
        try {
            new BCPGOutputStream(sink).writePacket(encrypted(sessionKey, key, random(random, Ocb.NONCE)));
            // OpenPGP's code of a size
            int chunk = Integer.numberOfTrailingZeros(Math.min(partial, LARGEST_CHUNK)) - 6;
            AEADEncDataPacket head = new AEADEncDataPacket(AES, OCB, chunk, random(random, Ocb.NONCE));
            BCPGOutputStream packet = new BCPGOutputStream(sink, PacketTags.AEAD_ENC_DATA, new byte[partial]);
            // what the tags cover of the packet is its head, behind the octet of the packet's type
            byte[] covered = head.getAAData();
            packet.write(covered, 1, covered.length - 1);
            packet.write(head.getIV());
            return new Content(packet, new Ocb(sessionKey), head);
        } finally {
            Arrays.fill(sessionKey, (byte) 0);
        }
    }

    private static SymmetricKeyEncSessionPacket encrypted(byte[] sessionKey, MessageKeys.MessageKey key, byte[] nonce)
            throws GeneralSecurityException {
        byte[] bytes = Arrays.copyOf(sessionKey, KEY_BYTES + Ocb.TAG);
        try {
            new Ocb(key.key())
                    .encrypt(nonce, SymmetricKeyEncSessionPacket.createAAData(VERSION, AES, OCB), bytes, KEY_BYTES);
        } finally {
            Arrays.fill(key.key(), (byte) 0);
        }
        return SymmetricKeyEncSessionPacket.createV5Packet(
                AES,
                OCB,
                nonce,
                key.s2k(),
                Arrays.copyOf(bytes, KEY_BYTES),
                Arrays.copyOfRange(bytes, KEY_BYTES, bytes.length));
    }

    private static byte[] random(SecureRandom random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The content, which ends its packet. */
    private static final class Content extends OutputStream {
        private final BCPGOutputStream packet;
        private final OcbOutputStream content;
        private boolean closed;

        Content(BCPGOutputStream packet, Ocb ocb, AEADEncDataPacket head) {
            this.packet = packet;
            this.content = new OcbOutputStream(packet, ocb, head);
        }

        @Override
        public void write(int b) throws IOException {
            content.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            content.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                content.close();
                packet.finish();
            }
        }
    }
}
