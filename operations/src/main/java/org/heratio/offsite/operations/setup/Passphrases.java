package org.heratio.offsite.operations.setup;

import java.security.SecureRandom;

/** Makes passphrases that a person can write down. */
public final class Passphrases {
    /** Without letters and digits that look alike; 32 of them, so that each is 5 bits. */
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int GROUPS = 6;
    private static final int GROUP = 5;

    private Passphrases() {}

    /** Returns a new passphrase of 150 random bits, in groups. */
    public static String make() {
        SecureRandom random = new SecureRandom();
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP; i++) {
            if (i > 0 && i % GROUP == 0) {
                made.append('-');
            }
            made.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return made.toString();
    }
}
