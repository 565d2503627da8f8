package org.heratio.offsite.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Date;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEKeyEncryptionMethodGenerator;

/**
 * OpenPGP by bcpg, with the ciphers and digests of the JDK (bcpg's own are five times slower).
 *
 * <p>It writes what every gpg since 2.0 opens: AES-256 in CFB with MDC, a random session key under an iterated and salted
 * SHA-256 at gpg's own cost, one literal packet without name and date, nothing compressed.
 */
public final class BcpgPayloadCipher implements PayloadCipher {
    /** A power of two; each packet then has one length byte per MiB. */
    private static final int PARTIAL_BYTES = 1 << 20;

    @SuppressWarnings("JavaUtilDate") // bcpg's API
    private static final Date NO_DATE = new Date(0);

    private final SecureRandom random = new SecureRandom();
    private final int s2kCount;

    /** Writes at gpg's own cost, unless the JVM was started for a test with {@code -Doffsite.test.s2k-count}. */
    public BcpgPayloadCipher() {
        this(S2kCount.ofThisProcess().octet());
    }

    /**
     * Writes at a cost of the caller's choice; reading takes what a message asks for.
     *
     * @param s2kCount OpenPGP's coded count, from 0 for 1,024 bytes to 255 for 65,011,712 bytes to hash for each guess at a passphrase
     */
    public BcpgPayloadCipher(int s2kCount) {
        this.s2kCount = new S2kCount(s2kCount).octet();
    }

    @Override
    public OutputStream encrypt(OutputStream sink, char[] passphrase) throws IOException {
        try {
            PGPDigestCalculator sha256 =
                    new JcaPGPDigestCalculatorProviderBuilder().build().get(HashAlgorithmTags.SHA256);
            PGPEncryptedDataGenerator message = new PGPEncryptedDataGenerator(new FastEncryptor(random));
            message.setForceSessionKey(true);
            message.addMethod(
                    new JcePBEKeyEncryptionMethodGenerator(passphrase, sha256, s2kCount).setSecureRandom(random));
            OutputStream encrypted = message.open(sink, new byte[PARTIAL_BYTES]);
            OutputStream literal = new PGPLiteralDataGenerator()
                    .open(encrypted, PGPLiteralData.BINARY, "", NO_DATE, new byte[PARTIAL_BYTES]);
            return new MessageOutputStream(literal, encrypted, sink);
        } catch (PGPException e) {
            throw new IOException("this Java cannot write OpenPGP messages: " + e.getMessage(), e);
        }
    }

    @Override
    public InputStream decrypt(InputStream payload, char[] passphrase) throws IOException {
        return MessageInputStream.open(payload, passphrase);
    }

    /** The literal packet in the encrypted one; closing ends both. */
    private static final class MessageOutputStream extends OutputStream {
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
            literal.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            literal.write(bytes, offset, length);
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
