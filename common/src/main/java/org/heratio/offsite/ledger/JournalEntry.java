package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One fact about an archive, as the journal keeps it.
 *
 * @param id orders the facts; 0 before it is recorded
 * @param at epoch milliseconds; 0 for the time at which it is recorded
 * @param path of the archive, or of a place in the backup directory; empty for a fact about neither
 * @param versionId 0 where there is none
 * @param copyId 0 where the fact is about a version, or about no single copy
 * @param driver of the destination; empty where there is none
 * @param actor user and host that recorded the fact; empty for those of this process
 * @param code of the failure, as {@code ErrorCode} names it
 * @param detail one line for people
 */
public record JournalEntry(
        long id,
        long at,
        String path,
        long versionId,
        long copyId,
        String driver,
        Kind kind,
        String actor,
        @Nullable String code,
        @Nullable String detail) {
    /** The kind of event. The names are in the database. */
    public enum Kind {
        /** The watcher saw the file for the first time. */
        LANDED,
        /** The archive is finished, and its copies wait. */
        SETTLED,
        /** A newer version of the archive replaced this one before it was shipped. */
        SUPERSEDED,
        /** The payload is ready. */
        SEALED,
        /** The version has the bytes of another one, whose copies serve it. Nothing is shipped. */
        SAME_BYTES,
        /** A copy is at its destination. */
        SHIPPED,
        /** A copy that Heratio shipped is in the ledger. */
        ADOPTED,
        /** The bytes of a copy were read back and are right, which was not known before. */
        PROVED,
        /** A copy is corrupt or missing. */
        DAMAGED,
        /** Reading a shipped copy back begins to fail. A proof or a repair ends that. */
        DOUBTED,
        /** The store keeps a copy in an archive tier, and does not give its bytes. A proof or another put ends that. */
        ARCHIVED,
        /** A damaged copy was shipped again. */
        REPAIRED,
        /** An attempt failed. */
        FAILED,
        /** No further attempt follows unless somebody asks for it. */
        GIVEN_UP,
        /** A person took a message out of a dead queue. */
        REPLAYED,
        /** An archive or a copy was deleted. */
        DELETED,
        /** A person or a schedule asked for work. */
        REQUESTED,
        /** A scan cannot look at a place in the backup directory. The path is that of the place. */
        UNREADABLE,
        /** A scan can look at such a place again, or it is gone. */
        READABLE,
        /** A receiver accepted a notification. */
        NOTIFIED,
        /** A channel gave a notification up. */
        NOT_NOTIFIED
    }

    /** Returns a fact that is not recorded yet, about an archive as a whole. */
    public static JournalEntry of(Kind kind, String path, long versionId, String detail) {
        return new JournalEntry(0, 0, path, versionId, 0, "", kind, "", null, detail);
    }

    /** Returns the same fact, as something that another actor did. */
    public JournalEntry by(String other) {
        return new JournalEntry(id, at, path, versionId, copyId, driver, kind, other, code, detail);
    }
}
