package org.heratio.offsite.openpgp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.S2K;

/**
 * The iterated and salted S2K of OpenPGP (RFC 9580, 3.7.1.3) by the JDK's digests. They get long blocks of repeated salt and passphrase, and
 * are several times as fast then as with a dozen bytes at a time.
 */
final class Stretching {
    private static final int BLOCK_BYTES = 1 << 16;

    private Stretching() {}

    /** Returns the JDK's name of the digest if this class can stretch by it; empty for types of S2K and digests that only old or rare messages have. */
    static Optional<String> digestOf(S2K s2k) {
        if (s2k.getType() != S2K.SALTED_AND_ITERATED) {
            return Optional.empty();
        }
        return switch (s2k.getHashAlgorithm()) {
            case HashAlgorithmTags.SHA1 -> Optional.of("SHA-1");
            case HashAlgorithmTags.SHA224 -> Optional.of("SHA-224");
            case HashAlgorithmTags.SHA256 -> Optional.of("SHA-256");
            case HashAlgorithmTags.SHA384 -> Optional.of("SHA-384");
            case HashAlgorithmTags.SHA512 -> Optional.of("SHA-512");
            default -> Optional.empty();
        };
    }

    /**
     * Derives a key. Takes a tenth of a second at the full count.
     *
     * @param digest as {@link #digestOf} names it
     * @param count bytes to hash; salt and passphrase are hashed once at least
     */
    static byte[] stretch(String digest, byte[] salt, long count, byte[] passphrase, int keyBytes) {
        byte[] block = block(salt, passphrase, count);
        byte[] key = new byte[keyBytes];
        try {
            MessageDigest hash = MessageDigest.getInstance(digest);
            int done = 0;
            for (int context = 0; done < keyBytes; context++) {
                // each further part of a key that is longer than a hash begins with one more zero
                hash.update(new byte[context]);
                long left = Math.max(count, salt.length + passphrase.length);
                for (; left > block.length; left -= block.length) {
                    hash.update(block);
                }
                hash.update(block, 0, (int) left);
                byte[] part = hash.digest();
                int n = Math.min(part.length, keyBytes - done);
                System.arraycopy(part, 0, key, done, n);
                Arrays.fill(part, (byte) 0);
                done += n;
            }
            return key;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + digest, e);
        } finally {
            Arrays.fill(block, (byte) 0);
        }
    }

    /** Returns salt and passphrase, as often as they fit into a block or the count. */
    private static byte[] block(byte[] salt, byte[] passphrase, long count) {
        int unit = salt.length + passphrase.length;
        byte[] block = new byte[unit * Math.max(1, (int) Math.min(BLOCK_BYTES, count) / unit)];
        for (int at = 0; at < block.length; at += unit) {
            System.arraycopy(salt, 0, block, at, salt.length);
            System.arraycopy(passphrase, 0, block, at + salt.length, passphrase.length);
        }
        return block;
    }
}
