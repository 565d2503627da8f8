package org.heratio.offsite.operations.restore;

/** The files that a restore replaces. */
public enum Overwrite {
    NEVER,
    /** Those of another size or time of modification. */
    IF_CHANGED,
    ALWAYS
}
