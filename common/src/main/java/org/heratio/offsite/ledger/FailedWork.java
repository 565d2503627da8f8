package org.heratio.offsite.ledger;

/**
 * The archive and destination of a failed attempt, for messages.
 *
 * @param archive its path; empty where the ledger does not know it
 * @param driver of the copy; empty for work on a version
 */
public record FailedWork(String archive, String driver) {
    /** An attempt at something that the ledger does not know. */
    public static final FailedWork UNKNOWN = new FailedWork("", "");
}
