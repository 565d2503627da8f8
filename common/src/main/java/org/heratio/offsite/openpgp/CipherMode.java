package org.heratio.offsite.openpgp;

/** The mode of AES-256 in which messages are written. Messages of both modes are read, whichever one is set. */
public enum CipherMode {
    /** CFB with MDC, which every gpg since 2.0 opens. */
    CFB,
    /** GnuPG's OCB, which takes less time, and which gpg opens since 2.2.21. */
    OCB
}
