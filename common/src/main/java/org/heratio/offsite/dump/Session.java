package org.heratio.offsite.dump;

import org.jspecify.annotations.Nullable;

/**
 * The state of a session that decides how the statements behind are read.
 *
 * @param database the database chosen last; null for none
 * @param backslashEscapes whether a backslash escapes the next byte of a string, as it does without {@code NO_BACKSLASH_ESCAPES}
 * @param savedEscapes the same, when a variable got the SQL mode last
 */
record Session(@Nullable String database, boolean backslashEscapes, boolean savedEscapes) {
    static final Session FIRST = new Session(null, true, true);

    Session using(@Nullable String chosen) {
        return new Session(chosen, backslashEscapes, savedEscapes);
    }

    Session withEscapes(boolean escapes) {
        return new Session(database, escapes, savedEscapes);
    }

    Session savingEscapes() {
        return new Session(database, backslashEscapes, backslashEscapes);
    }
}
