package org.heratio.offsite.operations.request;

/** The phases of an archive's way to a destination, in order. */
public enum Phase {
    SEALING,
    UPLOADING,
    VERIFYING
}
