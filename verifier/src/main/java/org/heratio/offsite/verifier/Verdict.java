package org.heratio.offsite.verifier;

/** The result of reading a copy back. The names stand in the ledger and in JSON output. */
public enum Verdict {
    /** Every byte was read, and they are the bytes that were shipped. */
    INTACT,
    /** It is there, and its bytes are not those that were shipped. */
    CORRUPT,
    /** The destination answers, and it is certainly not there. */
    MISSING,
    /** The destination does not answer. What was proved before still stands. */
    UNREACHABLE,
    /** The store keeps it in an archive tier. What was proved before still stands, and gets old. */
    ARCHIVED,
    /** It was never shipped, or its SHA-256 is not known: reading it proves nothing, now or later. */
    UNVERIFIABLE
}
