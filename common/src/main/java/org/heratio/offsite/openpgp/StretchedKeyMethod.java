package org.heratio.offsite.openpgp;

import org.bouncycastle.bcpg.ContainedPacket;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyEncSessionPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.PGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;

/**
 * Has bcpg encrypt with a key that was stretched already, and say in the message how. There is no session key: an encrypted one has an IV of
 * zero, and two of them under one key would tell what distinguishes them.
 */
final class StretchedKeyMethod extends PBEKeyEncryptionMethodGenerator {
    private final MessageKeys.MessageKey key;

    StretchedKeyMethod(MessageKeys.MessageKey key) throws PGPException {
        super(new char[0], new JcaPGPDigestCalculatorProviderBuilder().build().get(HashAlgorithmTags.SHA256));
        this.key = key;
    }

    @Override
    public byte[] getKey(int encAlgorithm) {
        return key.key();
    }

    @Override
    public ContainedPacket generate(PGPDataEncryptorBuilder encryptor, byte[] sessionInfo) {
        if (sessionInfo != null) {
            throw noSessionKey();
        }
        return SymmetricKeyEncSessionPacket.createV4Packet(encryptor.getAlgorithm(), key.s2k(), null);
    }

    @Override
    protected byte[] encryptSessionInfo(int encAlgorithm, byte[] key, byte[] sessionInfo) {
        throw noSessionKey();
    }

    @Override
    protected byte[] getEskAndTag(
            int kekAlgorithm, int aeadAlgorithm, byte[] sessionKey, byte[] key, byte[] iv, byte[] info) {
        throw noSessionKey();
    }

    @Override
    protected byte[] generateV6KEK(int kekAlgorithm, byte[] ikm, byte[] info) {
        throw noSessionKey();
    }

    private static IllegalStateException noSessionKey() {
        return new IllegalStateException("such a message has no session key of its own");
    }
}
