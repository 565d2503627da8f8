package org.heratio.offsite.watcher;

import java.nio.file.Path;

/** Asks whether somebody has a file open for writing. Called on worker threads; never throws. */
@FunctionalInterface
interface WriteProbe {
    Answer probe(Path file);

    /** The kernel's answer. */
    enum Answer {
        /** Somebody has it open for writing, or mapped writable. */
        WRITERS,
        /** Nobody on this host has. */
        NONE,
        /** It cannot be told: patience instead. */
        UNKNOWN
    }
}
