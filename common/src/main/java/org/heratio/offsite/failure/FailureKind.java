package org.heratio.offsite.failure;

/** The possible reaction to a failure. It is decided where the failure occurs; no caller reads messages to find out. */
public enum FailureKind {
    /** May pass by itself: try again along the delay ladder. Whatever is not known is transient, bounded by the attempts. */
    TRANSIENT,
    /** Trying again unchanged cannot help; a person has to change something first. */
    PERMANENT,
    /** Bytes are not what they were proved to be, or an archive is not whole. */
    CORRUPT
}
