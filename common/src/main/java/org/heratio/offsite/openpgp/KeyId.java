package org.heratio.offsite.openpgp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A short name for a passphrase, to tell by which of several a copy was encrypted. A guess at the passphrase costs more here than at a
 * copy itself, and so few bits are kept that many wrong guesses fit. Ids are names and prove nothing: that a passphrase is right is
 * found out by opening a copy.
 */
public final class KeyId {
    /** Two compressions of SHA-256 each: more than the 1,015,808 that the 65,011,712 bytes of a copy's own derivation take. */
    static final int ITERATIONS = 600_000;

    private static final int SHA256_BLOCK = 64;
    private static final int BITS = 32;

    private KeyId() {}

    /** Eight hex digits; the same for the same passphrase and salt. Takes a tenth of a second or more. */
    public static String of(char[] passphrase, String salt) {
        return of(passphrase, salt, iterations(S2kCount.ofThisProcess()));
    }

    /** Returns how often to iterate so that a guess costs more than at a copy with this count. */
    static int iterations(S2kCount count) {
        return count.equals(S2kCount.FULL) ? ITERATIONS : count.bytes() / SHA256_BLOCK;
    }

    static String of(char[] passphrase, String salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(
                passphrase, ("heratio-offsite key id " + salt).getBytes(StandardCharsets.UTF_8), iterations, BITS);
        try {
            byte[] derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            return HexFormat.of().formatHex(derived);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }
}
