package org.heratio.offsite.openpgp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.Provider;
import java.util.Set;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.PacketTags;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPMarker;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.jcajce.JcaPGPObjectFactory;
import org.bouncycastle.openpgp.operator.PGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEDataDecryptorFactoryBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JceSessionKeyDataDecryptorFactoryBuilder;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.jspecify.annotations.Nullable;

/** Finds its way through the packets of a message to what is in it. */
final class MessageReader {
    /** A compressed packet in a compressed packet is allowed, a bomb of them is not. */
    private static final int DEEPEST = 4;

    /** The packet tags that a message's content may begin with. Only the first two can be read here. */
    private static final Set<Integer> BEGINNINGS = Set.of(
            PacketTags.LITERAL_DATA,
            PacketTags.COMPRESSED_DATA,
            PacketTags.ONE_PASS_SIGNATURE,
            PacketTags.SIGNATURE,
            PacketTags.MARKER);

    private final StretchedKeys stretched;
    private @Nullable Provider bouncyCastle;

    /** @param stretched keys of messages that were read before */
    MessageReader(StretchedKeys stretched) {
        this.stretched = stretched;
    }

    /**
     * An opened message.
     *
     * @param data the encrypted packet, which knows the MDC
     * @param plain all that was encrypted
     * @param content the bytes of the literal packet in it
     */
    record Opened(PGPEncryptedData data, InputStream plain, InputStream content) {}

    Opened open(InputStream source, char[] passphrase) throws PGPException, IOException {
        PGPEncryptedDataList list = encryptedData(source);
        PGPException last = null;
        boolean any = false;
        for (Object each : list) {
            if (each instanceof PGPPBEEncryptedData data) {
                any = true;
                requireIntegrity(data);
                try {
                    InputStream plain = decrypt(data, passphrase);
                    return new Opened(data, plain, content(plain));
                } catch (PGPException e) {
                    last = e;
                }
            }
        }
        if (cutOff(last)) {
            throw MessageInputStream.corrupt("the OpenPGP message is cut off at its beginning", last);
        }
        throw any
                ? wrongPassphrase(last)
                : new FailureIOException(
                        ErrorCode.PASSPHRASE_WRONG,
                        "the OpenPGP message is for a public key, no passphrase opens it",
                        "open it with gpg and the private key",
                        null);
    }

    private static PGPEncryptedDataList encryptedData(InputStream source) throws IOException {
        Object first;
        try {
            PGPObjectFactory packets = new JcaPGPObjectFactory(source);
            first = packets.nextObject();
            if (first instanceof PGPMarker) {
                first = packets.nextObject();
            }
        } catch (IOException | RuntimeException e) {
            throw notOpenPgp(e);
        }
        if (first instanceof PGPEncryptedDataList list) {
            return list;
        }
        throw notOpenPgp(null);
    }

    private static void requireIntegrity(PGPEncryptedData data) throws FailureIOException {
        if (!data.isIntegrityProtected() && !data.isAEAD()) {
            throw MessageInputStream.corrupt(
                    "the OpenPGP message has no integrity protection, so nothing tells whether it was changed", null);
        }
    }

    @SuppressWarnings("deprecation") // what replaces it wants the session key from outside the message
    private InputStream decrypt(PGPPBEEncryptedData data, char[] passphrase) throws PGPException, FailureIOException {
        PGPDigestCalculatorProvider digests = new JcaPGPDigestCalculatorProviderBuilder().build();
        JcePBEDataDecryptorFactoryBuilder keys = new JcePBEDataDecryptorFactoryBuilder(digests);
        JceSessionKeyDataDecryptorFactoryBuilder contents = new JceSessionKeyDataDecryptorFactoryBuilder();
        if (data.isAEAD() || !FastDecryptors.isAes(data.getAlgorithm())) {
            keys.setProvider(bouncyCastle());
            contents.setProvider(bouncyCastle());
        }
        PGPSessionKey key =
                data.getSessionKey(new StretchedKeyReader(keys.build(passphrase), digests, stretched, passphrase));
        try {
            return data.getDataStream(new FastDecryptors(contents.build(key)));
        } catch (PGPException e) {
            if (data.getVersion() > 4) {
                // such a session key has a tag of its own, so the passphrase is right
                throw MessageInputStream.corrupt("the OpenPGP message is damaged: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    /** Returns the provider of what the JDK has not. It has thousands of entries, so it is made when it is needed, and once. */
    private synchronized Provider bouncyCastle() {
        Provider provider = bouncyCastle == null ? new BouncyCastleProvider() : bouncyCastle;
        bouncyCastle = provider;
        return provider;
    }

    /** Returns the bytes of the literal packet. */
    private static InputStream content(InputStream plain) throws PGPException, IOException {
        BCPGInputStream packets = BCPGInputStream.wrap(plain);
        int tag = packets.nextPacketTag();
        if (tag >= 0 && !BEGINNINGS.contains(tag)) {
            // one wrong passphrase in 32,768 passes the check of the first bytes, and makes this of a good message
            throw new PGPException("the content does not begin as that of a message does");
        }
        InputStream in = packets;
        for (int depth = 0; depth < DEEPEST; depth++) {
            Object next = new JcaPGPObjectFactory(in).nextObject();
            if (next instanceof PGPLiteralData literal) {
                return literal.getInputStream();
            }
            if (!(next instanceof PGPCompressedData compressed)) {
                break;
            }
            try {
                in = compressed.getDataStream();
            } catch (PGPException e) {
                throw MessageInputStream.corrupt("the OpenPGP message cannot be unpacked: " + e.getMessage(), e);
            }
        }
        throw MessageInputStream.corrupt("the OpenPGP message holds no file, or is damaged", null);
    }

    private static boolean cutOff(@Nullable Throwable e) {
        return e != null && (e instanceof EOFException || cutOff(e.getCause()));
    }

    private static FailureIOException wrongPassphrase(@Nullable PGPException cause) {
        return new FailureIOException(
                ErrorCode.PASSPHRASE_WRONG,
                "the passphrase does not open the OpenPGP message",
                "use the passphrase that was set when it was encrypted; if it is the right one, the message is damaged",
                cause);
    }

    private static FailureIOException notOpenPgp(@Nullable Exception cause) {
        return MessageInputStream.corrupt("this is not an OpenPGP message, or its beginning is damaged", cause);
    }
}
