package org.heratio.offsite.ledger;

/**
 * The archive and the destination of an attempt that failed, for messages.
 *
 * @param archive its path; empty where the ledger does not know it
 * @param driver of the copy; empty for work on a version
 */
public record FailedWork(String archive, String driver) {
    /** Work that the ledger does not know. */
    public static final FailedWork UNKNOWN = new FailedWork("", "");
}
