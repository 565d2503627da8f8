package org.heratio.offsite.destination.rsync;

import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;

/** A command that failed at the host, with what the driver itself makes of it: said once, where its output is read. */
final class RsyncException extends FailureException {
    private static final long serialVersionUID = 1L;

    private final Meaning meaning;

    /** The failures from which a caller can continue. */
    enum Meaning {
        /** A script was refused by an account that may still run rsync. */
        RSYNC_ALONE,
        /** The host did not run a script. It may still run rsync. */
        NO_SHELL,
        /** Somebody else was in the directory that rrsync shows. */
        LOCKED,
        /** The file to read is missing. */
        NOT_THERE,
        /** The rsync of one side is too old to sync what it writes. */
        NO_FSYNC,
        /** Nothing that the driver could do anything about. */
        OTHER
    }

    RsyncException(Failure failure, Meaning meaning) {
        super(failure, null);
        this.meaning = meaning;
    }

    boolean means(Meaning other) {
        return meaning == other;
    }
}
