package org.heratio.offsite.openpgp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.function.UnaryOperator;
import org.bouncycastle.bcpg.AEADAlgorithmTags;
import org.bouncycastle.bcpg.AEADEncDataPacket;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricEncIntegrityPacket;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.operator.PGPDataDecryptor;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.SessionKeyDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;

/** Has bcpg decrypt AES with {@link Cfb} and {@link Ocb}, and everything else with its own means. */
final class FastDecryptors implements SessionKeyDataDecryptorFactory {
    /** The largest chunk, 4 MiB, as gpg writes it. Each chunk is held in memory. */
    private static final int LARGEST_CHUNK = 16;

    private final SessionKeyDataDecryptorFactory others;

    /** @param others made for the same session key */
    FastDecryptors(SessionKeyDataDecryptorFactory others) {
        this.others = others;
    }

    @Override
    public PGPSessionKey getSessionKey() {
        return others.getSessionKey();
    }

    @Override
    public PGPDataDecryptor createDataDecryptor(boolean withIntegrityPacket, int algorithm, byte[] key)
            throws PGPException {
        if (!withIntegrityPacket || !isAes(algorithm)) {
            return others.createDataDecryptor(withIntegrityPacket, algorithm, key);
        }
        PGPDigestCalculator mdc =
                new JcaPGPDigestCalculatorProviderBuilder().build().get(HashAlgorithmTags.SHA1);
        try {
            Cfb cfb = Cfb.decrypting(key);
            return new Decryptor(encrypted -> new Decrypted(cfb, encrypted), mdc);
        } catch (GeneralSecurityException e) {
            throw noAes(e);
        }
    }

    @Override
    public PGPDataDecryptor createDataDecryptor(AEADEncDataPacket packet, PGPSessionKey key) throws PGPException {
        boolean known = packet.getAEADAlgorithm() == AEADAlgorithmTags.OCB
                && isAes(packet.getAlgorithm())
                && packet.getAlgorithm() == key.getAlgorithm()
                && packet.getChunkSize() <= LARGEST_CHUNK;
        if (!known) {
            return others.createDataDecryptor(packet, key);
        }
        // of no use here, but bcpg's interface has no null
        PGPDigestCalculator unused =
                new JcaPGPDigestCalculatorProviderBuilder().build().get(HashAlgorithmTags.SHA1);
        try {
            Ocb ocb = new Ocb(key.getKey());
            return new Decryptor(encrypted -> new OcbInputStream(encrypted, ocb, packet), unused);
        } catch (GeneralSecurityException e) {
            throw noAes(e);
        }
    }

    @Override
    public PGPDataDecryptor createDataDecryptor(SymmetricEncIntegrityPacket packet, PGPSessionKey key)
            throws PGPException {
        return others.createDataDecryptor(packet, key);
    }

    /** Returns whether it is a cipher that the JDK's providers have; those of old messages they do not know. */
    static boolean isAes(int algorithm) {
        return algorithm >= SymmetricKeyAlgorithmTags.AES_128 && algorithm <= SymmetricKeyAlgorithmTags.AES_256;
    }

    private static PGPException noAes(GeneralSecurityException e) {
        return new PGPException("this Java has no AES, or this is no key for it", e);
    }

    private record Decryptor(UnaryOperator<InputStream> decrypting, PGPDigestCalculator mdc)
            implements PGPDataDecryptor {
        @Override
        public InputStream getInputStream(InputStream encrypted) {
            return decrypting.apply(encrypted);
        }

        @Override
        public int getBlockSize() {
            return Cfb.BLOCK;
        }

        @Override
        public PGPDigestCalculator getIntegrityCalculator() {
            return mdc;
        }
    }

    /** Decrypts what is read. It does not read ahead, so that an error of the stream below comes after the bytes before it. */
    private static final class Decrypted extends FilterInputStream {
        private final Cfb cfb;

        Decrypted(Cfb cfb, InputStream encrypted) {
            super(encrypted);
            this.cfb = cfb;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            if (n > 0) {
                cfb.convert(bytes, offset, n);
            }
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            // what is skipped is the keystream of what follows
            return n <= 0 ? 0 : readNBytes((int) Math.min(n, Cfb.SEGMENT)).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
