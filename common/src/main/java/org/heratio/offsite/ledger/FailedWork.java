package org.heratio.offsite.ledger;

/**
 * What an attempt that failed was about, for messages.
 *
 * @param archive its path; empty where the ledger does not know it
 * @param driver of the copy; empty for work on a version
 */
public record FailedWork(String archive, String driver) {
    /** Nothing that the ledger knows. */
    public static final FailedWork UNKNOWN = new FailedWork("", "");
}
