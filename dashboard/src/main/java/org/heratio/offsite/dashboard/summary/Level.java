package org.heratio.offsite.dashboard.summary;

/** How well things are, best first. */
public enum Level {
    SAFE,
    ATTENTION,
    UNSAFE,
    /** Never green: what is not known may be wrong. */
    UNKNOWN;

    /** Returns the worse of two. */
    Level and(Level other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
