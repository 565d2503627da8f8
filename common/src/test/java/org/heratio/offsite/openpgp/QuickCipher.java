package org.heratio.offsite.openpgp;

/** The cipher of the product with keys that are cheap to guess, for tests that are about other things. */
public final class QuickCipher {
    /** The least that OpenPGP knows: 1,024 bytes to hash. */
    private static final int S2K_COUNT = 0;

    private QuickCipher() {}

    public static PayloadCipher create() {
        return create(CipherMode.CFB);
    }

    public static PayloadCipher create(CipherMode mode) {
        return new BcpgPayloadCipher(mode, S2K_COUNT);
    }
}
