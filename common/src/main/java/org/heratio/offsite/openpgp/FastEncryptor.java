package org.heratio.offsite.openpgp;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDataEncryptor;
import org.bouncycastle.openpgp.operator.PGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;

/** Has bcpg encrypt with {@link Cfb}: AES-256, and an MDC by the JDK's SHA-1. */
final class FastEncryptor implements PGPDataEncryptorBuilder {
    private final SecureRandom random;

    /** @param random of the bytes that a message begins with */
    FastEncryptor(SecureRandom random) {
        this.random = random;
    }

    @Override
    public int getAlgorithm() {
        return SymmetricKeyAlgorithmTags.AES_256;
    }

    @Override
    public int getAeadAlgorithm() {
        return -1;
    }

    @Override
    public int getChunkSize() {
        return -1;
    }

    @Override
    public boolean isV5StyleAEAD() {
        return false;
    }

    @Override
    public SecureRandom getSecureRandom() {
        return random;
    }

    @Override
    public PGPDataEncryptor build(byte[] key) throws PGPException {
        PGPDigestCalculator mdc =
                new JcaPGPDigestCalculatorProviderBuilder().build().get(HashAlgorithmTags.SHA1);
        try {
            return new Encryptor(Cfb.encrypting(key), mdc);
        } catch (GeneralSecurityException e) {
            throw new PGPException("this Java has no AES", e);
        }
    }

    @Override
    public PGPDataEncryptor build(byte[] key, byte[] iv) {
        throw onlyCfb();
    }

    @Override
    public PGPDataEncryptorBuilder setWithIntegrityPacket(boolean withIntegrityPacket) {
        if (!withIntegrityPacket) {
            throw onlyCfb();
        }
        return this;
    }

    @Override
    public PGPDataEncryptorBuilder setWithAEAD(int aeadAlgorithm, int chunkSize) {
        throw onlyCfb();
    }

    @Override
    public PGPDataEncryptorBuilder setUseV5AEAD() {
        throw onlyCfb();
    }

    @Override
    public PGPDataEncryptorBuilder setUseV6AEAD() {
        throw onlyCfb();
    }

    private static UnsupportedOperationException onlyCfb() {
        return new UnsupportedOperationException("this writes CFB with an MDC, and nothing else");
    }

    private record Encryptor(Cfb cfb, PGPDigestCalculator mdc) implements PGPDataEncryptor {
        @Override
        public OutputStream getOutputStream(OutputStream sink) {
            return new Encrypted(cfb, sink);
        }

        @Override
        public PGPDigestCalculator getIntegrityCalculator() {
            return mdc;
        }

        @Override
        public int getBlockSize() {
            return Cfb.BLOCK;
        }
    }

    /** Encrypts what is written. The sink is the packet, which ends with it. */
    private static final class Encrypted extends OutputStream {
        private final Cfb cfb;
        private final OutputStream sink;
        private final byte[] buffer = new byte[Cfb.SEGMENT];

        Encrypted(Cfb cfb, OutputStream sink) {
            this.cfb = cfb;
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += buffer.length) {
                int n = Math.min(buffer.length, length - done);
                System.arraycopy(bytes, offset + done, buffer, 0, n);
                cfb.convert(buffer, 0, n);
                sink.write(buffer, 0, n);
            }
        }

        @Override
        public void flush() throws IOException {
            sink.flush();
        }

        @Override
        public void close() throws IOException {
            sink.close();
        }
    }
}
