package org.heratio.offsite.dump;

import org.jspecify.annotations.Nullable;

/**
 * The state of a session that decides how the statements behind are read.
 *
 * @param database the database chosen last; null for none
 * @param backslashEscapes whether a backslash escapes the next byte of a string, as it does without {@code NO_BACKSLASH_ESCAPES}
 */
record Session(@Nullable String database, boolean backslashEscapes) {
    static final Session FIRST = new Session(null, true);
}
