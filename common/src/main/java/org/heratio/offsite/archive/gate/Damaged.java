package org.heratio.offsite.archive.gate;

/** Something in an archive is not as its format wants it. */
final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;
    private final long at;
    private final String hint;

    /** @param at the byte of the archive, counted from 0 */
    Damaged(String what, long at) {
        this(what, at, Hints.INCOMPLETE);
    }

    Damaged(String what, long at, String hint) {
        super(what);
        this.at = at;
        this.hint = hint;
    }

    long at() {
        return at;
    }

    String hint() {
        return hint;
    }
}
