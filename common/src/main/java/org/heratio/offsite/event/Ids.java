package org.heratio.offsite.event;

import java.util.regex.Pattern;

/** Checks that the constructors of events share. */
final class Ids {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,32}");

    private Ids() {}

    static void require(long id, String what) {
        if (id <= 0) {
            throw new IllegalArgumentException(what + " must be a ledger id, not " + id);
        }
    }

    static void requireName(String name, String what) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(what + " must be a short lower-case name");
        }
    }
}
