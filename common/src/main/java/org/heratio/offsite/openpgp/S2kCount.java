package org.heratio.offsite.openpgp;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cost of a guess at a passphrase, as OpenPGP encodes it (RFC 9580, 3.7.1.3).
 *
 * @param octet 0 for 1,024 bytes to hash, up to 255 for 65,011,712
 */
record S2kCount(int octet) {
    /** The most that the format knows. */
    static final S2kCount FULL = new S2kCount(0xff);

    /**
     * A property of the JVM for tests alone, which ship small archives by the hundred. No setting, no environment variable of this product
     * and no launcher sets it.
     */
    static final String TEST_PROPERTY = "offsite.test.s2k-count";

    private static final Logger LOG = LoggerFactory.getLogger(S2kCount.class);

    S2kCount {
        if (octet < 0 || octet > 0xff) {
            throw new IllegalArgumentException("an S2K count of " + octet + " is not between 0 and 255");
        }
    }

    /**
     * Returns {@link #FULL}, unless the JVM was started with {@link #TEST_PROPERTY}; a warning in the log tells of that.
     *
     * @throws IllegalArgumentException if the property is no octet
     */
    static S2kCount ofThisProcess() {
        return of(System.getProperty(TEST_PROPERTY));
    }

    /** @param asked the value of {@link #TEST_PROPERTY}, null without one */
    static S2kCount of(@Nullable String asked) {
        if (asked == null) {
            return FULL;
        }
        S2kCount count = new S2kCount(Integer.parseInt(asked));
        if (!count.equals(FULL)) {
            LOG.warn(
                    "passphrases are easy to guess: this JVM runs with -D{}={}, which is for tests alone. HINT: remove that option.",
                    TEST_PROPERTY,
                    asked);
        }
        return count;
    }

    /** Returns how many bytes are hashed for a guess. */
    int bytes() {
        return (16 + (octet & 15)) << ((octet >> 4) + 6);
    }
}
