package org.heratio.offsite.watcher;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.text.LogMarkers;
import org.slf4j.Logger;

/** Says a thing once per process: what lies in the way of a scan lies there again a minute later. Safe for use by several threads. */
final class WarnOnce {
    /** Beyond this many different warnings the rest is left unsaid, so that memory stays bounded. */
    private static final int LIMIT = 10_000;

    private final Logger log;
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    WarnOnce(Logger log) {
        this.log = log;
    }

    void warn(String message) {
        if (said.size() < LIMIT && said.add(message)) {
            log.warn(LogMarkers.ONCE, "{}", message);
        }
    }

    /** The trouble is over: if it comes back, it is said again. */
    void forget(String message) {
        said.remove(message);
    }
}
