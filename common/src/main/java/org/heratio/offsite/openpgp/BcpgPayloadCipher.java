package org.heratio.offsite.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Date;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;

/**
 * OpenPGP by bcpg, with the ciphers and digests of the JDK (bcpg's own are five times slower).
 *
 * <p>It writes AES-256 in one of the modes of {@link CipherMode}, a key from an iterated and salted SHA-256 at gpg's own cost, one literal
 * packet without name and date, nothing compressed. One such key serves many messages ({@link MessageKeys}).
 */
public final class BcpgPayloadCipher implements PayloadCipher {
    /** A power of two; each packet then has one length byte per MiB. */
    private static final int PARTIAL_BYTES = 1 << 20;

    private static final int SMALL_PARTIAL_BYTES = 1 << 14;

    @SuppressWarnings("JavaUtilDate") // bcpg's API
    private static final Date NO_DATE = new Date(0);

    private final CipherMode mode;
    private final SecureRandom random = new SecureRandom();
    private final StretchedKeys stretched = new StretchedKeys();
    private final MessageReader reader = new MessageReader(stretched);
    private final MessageKeys keys;

    /** Writes CFB at gpg's own cost, unless the JVM was started for a test with {@code -Doffsite.test.s2k-count}. */
    public BcpgPayloadCipher() {
        this(CipherMode.CFB);
    }

    /** Writes at gpg's own cost, unless the JVM was started for a test with {@code -Doffsite.test.s2k-count}. */
    public BcpgPayloadCipher(CipherMode mode) {
        this(mode, S2kCount.ofThisProcess().octet());
    }

    /**
     * Writes at a cost of the caller's choice; reading takes what a message asks for.
     *
     * @param s2kCount OpenPGP's coded count, from 0 for 1,024 bytes to 255 for 65,011,712 bytes to hash for each guess at a passphrase
     */
    public BcpgPayloadCipher(CipherMode mode, int s2kCount) {
        this.mode = mode;
        this.keys = new MessageKeys(stretched, new S2kCount(s2kCount), random, System::nanoTime);
    }

    @Override
    public OutputStream encrypt(OutputStream sink, char[] passphrase, long expected) throws IOException {
        int partial = expected < PARTIAL_BYTES ? SMALL_PARTIAL_BYTES : PARTIAL_BYTES;
        try {
            OutputStream encrypted = switch (mode) {
                case CFB -> cfb(sink, keys.next(passphrase), partial);
                case OCB -> OcbMessage.open(sink, keys.next(passphrase), partial, random);
            };
            OutputStream literal = new PGPLiteralDataGenerator()
                    .open(encrypted, PGPLiteralData.BINARY, "", NO_DATE, new byte[partial]);
            return new MessageOutputStream(literal, encrypted, sink);
        } catch (PGPException | GeneralSecurityException e) {
            throw new IOException("this Java cannot write OpenPGP messages: " + e.getMessage(), e);
        }
    }

    private OutputStream cfb(OutputStream sink, MessageKeys.MessageKey key, int partial)
            throws IOException, PGPException {
        PGPEncryptedDataGenerator message = new PGPEncryptedDataGenerator(new FastEncryptor(random));
        message.setForceSessionKey(false);
        message.addMethod(new StretchedKeyMethod(key));
        return message.open(sink, new byte[partial]);
    }

    @Override
    public InputStream decrypt(InputStream payload, char[] passphrase) throws IOException {
        return MessageInputStream.open(payload, passphrase, reader);
    }

    /** The literal packet in the encrypted one; closing ends both. */
    private final class MessageOutputStream extends OutputStream {
        private final OutputStream literal;
        private final OutputStream encrypted;
        private final OutputStream sink;
        private boolean closed;

        MessageOutputStream(OutputStream literal, OutputStream encrypted, OutputStream sink) {
            this.literal = literal;
            this.encrypted = encrypted;
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            literal.write(bytes, offset, length);
            keys.count(length);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                literal.close();
                encrypted.close();
                sink.flush();
            }
        }
    }
}
