package org.heratio.offsite.operations.restore;

/** The files that a restore replaces. */
public enum Overwrite {
    NEVER,
    /** Replaces a file if its size or its time of modification differs. */
    IF_CHANGED,
    ALWAYS
}
