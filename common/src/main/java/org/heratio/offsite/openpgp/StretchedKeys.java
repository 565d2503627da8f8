package org.heratio.offsite.openpgp;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.bcpg.S2K;
import org.bouncycastle.util.Strings;
import org.heratio.offsite.archive.Digests;

/**
 * Keys that were stretched from passphrases, the last few dozen: messages under one salt have one key, and stretching it takes longer than
 * opening a small one.
 *
 * <p>A key is forgotten and cleared when others were used after it. A passphrase is not kept: it is compared by a hash, which has a random
 * prefix of this object, and so says nothing outside this process. Safe for use by several threads.
 */
final class StretchedKeys {
    static final int MOST = 32;

    private final byte[] prefix = new byte[32];
    /** By what they were derived from, least recently used first. */
    private final Map<String, byte[]> keys = new LinkedHashMap<>(16, 0.75f, true);

    private int stretched;

    StretchedKeys() {
        new SecureRandom().nextBytes(prefix);
    }

    /** Returns a name for a passphrase that holds within this object. */
    String nameOf(char[] passphrase) {
        byte[] bytes = Strings.toUTF8ByteArray(passphrase);
        try {
            return name(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private String name(byte[] passphrase) {
        var digest = Digests.sha256();
        digest.update(prefix);
        digest.update(passphrase);
        return Digests.hex(digest);
    }

    /**
     * Returns the key of a passphrase, for the caller to clear; empty if this kind of S2K is left to bcpg.
     *
     * @param keyBytes 16 to 32
     */
    Optional<byte[]> of(char[] passphrase, S2K s2k, int keyBytes) {
        return Stretching.digestOf(s2k).map(digest -> {
            byte[] bytes = Strings.toUTF8ByteArray(passphrase);
            try {
                return of(bytes, digest, s2k, keyBytes);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        });
    }

    private byte[] of(byte[] passphrase, String digest, S2K s2k, int keyBytes) {
        byte[] salt = s2k.getIV();
        long count = s2k.getIterationCount();
        String from = String.join(
                ":",
                name(passphrase),
                digest,
                HexFormat.of().formatHex(salt),
                Long.toString(count),
                Integer.toString(keyBytes));
        Optional<byte[]> known = known(from);
        if (known.isPresent()) {
            return known.get();
        }
        // without the lock: others need not wait, and two that stretch the same one lose nothing but time
        byte[] key = Stretching.stretch(digest, salt, count, passphrase, keyBytes);
        keep(from, key.clone());
        return key;
    }

    private synchronized Optional<byte[]> known(String from) {
        return Optional.ofNullable(keys.get(from)).map(byte[]::clone);
    }

    private synchronized void keep(String from, byte[] key) {
        stretched++;
        keys.put(from, key);
        Iterator<byte[]> oldest = keys.values().iterator();
        while (keys.size() > MOST) {
            Arrays.fill(oldest.next(), (byte) 0);
            oldest.remove();
        }
    }

    /** Returns how often a key was derived. */
    synchronized int stretched() {
        return stretched;
    }
}
