package org.heratio.offsite.openpgp;

import java.util.Optional;
import org.bouncycastle.bcpg.AEADEncDataPacket;
import org.bouncycastle.bcpg.S2K;
import org.bouncycastle.bcpg.SymmetricEncIntegrityPacket;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyEncSessionPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.operator.PBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.PGPDataDecryptor;
import org.bouncycastle.openpgp.operator.PGPDigestCalculatorProvider;

/** Has bcpg take the keys of AES from {@link StretchedKeys}, and everything else from its own means. */
final class StretchedKeyReader extends PBEDataDecryptorFactory {
    private final PBEDataDecryptorFactory others;
    private final StretchedKeys keys;
    private final char[] passphrase;

    /**
     * @param others made for the same passphrase
     * @param passphrase is used as it is, and not copied
     */
    StretchedKeyReader(
            PBEDataDecryptorFactory others,
            PGPDigestCalculatorProvider digests,
            StretchedKeys keys,
            char[] passphrase) {
        super(passphrase, digests);
        this.others = others;
        this.keys = keys;
        this.passphrase = passphrase;
    }

    @Override
    public byte[] makeKeyFromPassPhrase(int algorithm, S2K s2k) throws PGPException {
        Optional<byte[]> key =
                FastDecryptors.isAes(algorithm) ? keys.of(passphrase, s2k, keyBytes(algorithm)) : Optional.empty();
        return key.isPresent() ? key.get() : others.makeKeyFromPassPhrase(algorithm, s2k);
    }

    /** @param aes of 128, 192 or 256 bits; their numbers follow one another */
    private static int keyBytes(int aes) {
        return 16 + 8 * (aes - SymmetricKeyAlgorithmTags.AES_128);
    }

    @Override
    public byte[] recoverSessionData(int algorithm, byte[] key, byte[] sessionData) throws PGPException {
        return others.recoverSessionData(algorithm, key, sessionData);
    }

    @Override
    public byte[] recoverAEADEncryptedSessionData(SymmetricKeyEncSessionPacket packet, byte[] key) throws PGPException {
        return others.recoverAEADEncryptedSessionData(packet, key);
    }

    @Override
    public PGPDataDecryptor createDataDecryptor(boolean withIntegrityPacket, int algorithm, byte[] key)
            throws PGPException {
        return others.createDataDecryptor(withIntegrityPacket, algorithm, key);
    }

    @Override
    public PGPDataDecryptor createDataDecryptor(AEADEncDataPacket packet, PGPSessionKey key) throws PGPException {
        return others.createDataDecryptor(packet, key);
    }

    @Override
    public PGPDataDecryptor createDataDecryptor(SymmetricEncIntegrityPacket packet, PGPSessionKey key)
            throws PGPException {
        return others.createDataDecryptor(packet, key);
    }
}
