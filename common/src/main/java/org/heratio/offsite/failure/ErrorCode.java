package org.heratio.offsite.failure;

/**
 * The stable error codes, all in this one list. They stand in the ledger, in dead letters, in JSON output and in logs,
 * so a constant is never renamed and never used for something else.
 */
public enum ErrorCode {
    // archives
    ARCHIVE_INCOMPLETE(FailureKind.CORRUPT),
    ARCHIVE_EMPTY(FailureKind.CORRUPT),
    /** Other bytes than were shipped, although size and modification time are the same. */
    ARCHIVE_DAMAGED(FailureKind.CORRUPT),
    ARCHIVE_GONE(FailureKind.PERMANENT),
    ARCHIVE_UNREADABLE(FailureKind.PERMANENT),
    /** It says more bytes than its whole file system has: most of it is a hole. */
    ARCHIVE_SPARSE(FailureKind.PERMANENT),
    ARCHIVE_CHANGED(FailureKind.TRANSIENT),
    /** Another program has a write lease on it, and was asked to give it back. */
    ARCHIVE_BUSY(FailureKind.TRANSIENT),
    /** Its disk or mount does not give its bytes. */
    ARCHIVE_IO(FailureKind.TRANSIENT),
    ARCHIVE_NAME_UNUSABLE(FailureKind.PERMANENT),
    PATH_OUTSIDE(FailureKind.PERMANENT),
    /** A place below the backup directory that a scan cannot look at: archives may be in it. */
    PATH_UNREADABLE(FailureKind.PERMANENT),
    BACKUP_DIRECTORY_UNAVAILABLE(FailureKind.TRANSIENT),
    // spool and payloads
    SPOOL_FULL(FailureKind.TRANSIENT),
    SPOOL_IO(FailureKind.TRANSIENT),
    PAYLOAD_GONE(FailureKind.TRANSIENT),
    PAYLOAD_CORRUPT(FailureKind.CORRUPT),
    PASSPHRASE_MISSING(FailureKind.PERMANENT),
    PASSPHRASE_WRONG(FailureKind.PERMANENT),
    // destinations
    DESTINATION_UNREACHABLE(FailureKind.TRANSIENT),
    DESTINATION_BUSY(FailureKind.TRANSIENT),
    DESTINATION_FULL(FailureKind.TRANSIENT),
    /** The kernel there mounts a disk read-only when it finds errors on it: that says nothing of rights. */
    DESTINATION_READ_ONLY(FailureKind.TRANSIENT),
    DESTINATION_DENIED(FailureKind.PERMANENT),
    DESTINATION_MISCONFIGURED(FailureKind.PERMANENT),
    DESTINATION_NAME_TAKEN(FailureKind.PERMANENT),
    DESTINATION_IO(FailureKind.TRANSIENT),
    COPY_MISSING(FailureKind.CORRUPT),
    COPY_CORRUPT(FailureKind.CORRUPT),
    COPY_UNREPAIRABLE(FailureKind.PERMANENT),
    /** The store keeps it in an archive tier, and gives its bytes only after it was restored from there. */
    COPY_ARCHIVED(FailureKind.PERMANENT),
    /** The place that an archive is restored to has no room for it. */
    TARGET_FULL(FailureKind.TRANSIENT),
    TARGET_IO(FailureKind.TRANSIENT),
    /** The archive is whole, and has not what was to be taken out of it. */
    CONTENT_MISSING(FailureKind.PERMANENT),
    // messages, broker, ledger
    MESSAGE_MALFORMED(FailureKind.PERMANENT),
    MESSAGE_UNKNOWN(FailureKind.PERMANENT),
    MESSAGE_FORGED(FailureKind.PERMANENT),
    BROKER_UNAVAILABLE(FailureKind.TRANSIENT),
    BROKER_REFUSED(FailureKind.PERMANENT),
    /** The queues belong to another ledger. */
    BROKER_FOREIGN(FailureKind.PERMANENT),
    LEDGER_UNAVAILABLE(FailureKind.TRANSIENT),
    LEDGER_REFUSED(FailureKind.PERMANENT),
    /** A search took longer than it may: the database has ended it. */
    LEDGER_SLOW(FailureKind.TRANSIENT),
    /** The ledger was deleted, emptied or replaced, or is another one than this installation has. */
    LEDGER_LOST(FailureKind.PERMANENT),
    // the rest
    INTERRUPTED(FailureKind.TRANSIENT),
    UNEXPECTED(FailureKind.TRANSIENT);

    private final FailureKind kind;

    ErrorCode(FailureKind kind) {
        this.kind = kind;
    }

    /** The kind that this code has wherever it occurs. */
    public FailureKind kind() {
        return kind;
    }
}
