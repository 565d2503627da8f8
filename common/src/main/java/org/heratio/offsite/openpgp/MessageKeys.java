package org.heratio.offsite.openpgp;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.S2K;

/**
 * The key that messages are written with: one S2K key for many of them (ADR 79). There is another salt, and so another key, after
 * {@link #MOST_MESSAGES}, {@link #MOST_BYTES} or {@link #LONGEST}, for another passphrase, and in each process. Safe for use by several
 * threads.
 */
final class MessageKeys {
    static final int MOST_MESSAGES = 1000;
    static final long MOST_BYTES = 1L << 40;
    static final Duration LONGEST = Duration.ofDays(1);

    private static final int KEY_BYTES = 32;
    private static final int SALT_BYTES = 8;

    private final StretchedKeys keys;
    private final S2kCount count;
    private final SecureRandom random;
    private final LongSupplier nanos;

    private byte[] salt = new byte[0];
    private String passphraseName = "";
    private int messages;
    private long bytes;
    private long since;

    /** @param nanos a clock such as {@link System#nanoTime} */
    MessageKeys(StretchedKeys keys, S2kCount count, SecureRandom random, LongSupplier nanos) {
        this.keys = keys;
        this.count = count;
        this.random = random;
        this.nanos = nanos;
    }

    /** The key of one message. */
    static final class MessageKey {
        private final S2K s2k;
        private final byte[] key;

        private MessageKey(S2K s2k, byte[] key) {
            this.s2k = s2k;
            this.key = key;
        }

        /** Returns what a reader of the message derives the key by. */
        S2K s2k() {
            return s2k;
        }

        /** Returns the key, 32 bytes: for one use, and not copied. */
        byte[] key() {
            return key;
        }
    }

    /** Returns the key for one more message. Takes a tenth of a second when it is a new one, which all callers then wait for. */
    synchronized MessageKey next(char[] passphrase) {
        String name = keys.nameOf(passphrase);
        if (salt.length == 0 || !name.equals(passphraseName) || isWornOut()) {
            byte[] fresh = new byte[SALT_BYTES];
            random.nextBytes(fresh);
            salt = fresh;
            passphraseName = name;
            messages = 0;
            bytes = 0;
            since = nanos.getAsLong();
        }
        messages++;
        S2K s2k = S2K.saltedAndIteratedS2K(HashAlgorithmTags.SHA256, salt, count.octet());
        Optional<byte[]> key = keys.of(passphrase, s2k, KEY_BYTES);
        return new MessageKey(s2k, key.orElseThrow());
    }

    /** Counts what was encrypted. */
    synchronized void count(long encrypted) {
        bytes += encrypted;
    }

    private boolean isWornOut() {
        return messages >= MOST_MESSAGES || bytes >= MOST_BYTES || nanos.getAsLong() - since >= LONGEST.toNanos();
    }
}
