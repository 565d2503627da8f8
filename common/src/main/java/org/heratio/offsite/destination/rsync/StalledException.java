package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.time.Duration;

/** Nothing came for longer than it may take. */
final class StalledException extends IOException {
    private static final long serialVersionUID = 1L;

    StalledException(Duration idle) {
        super("nothing came for " + idle.toSeconds() + " s");
    }
}
