package org.heratio.offsite.destination.rsync;

import java.io.IOException;

/** A far side says more than it was asked for. */
final class TooMuchException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param most bytes that were read before it was given up */
    TooMuchException(long most) {
        super("it says more than " + (most >> 10) + " KiB");
    }
}
