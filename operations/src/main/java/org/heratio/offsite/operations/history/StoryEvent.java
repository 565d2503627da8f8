package org.heratio.offsite.operations.history;

import java.time.Instant;
import org.heratio.offsite.ledger.JournalEntry;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened to an archive.
 *
 * @param path of the archive
 * @param versionId null for an event of no single version
 * @param copyId null for an event of no single copy
 * @param driver of the destination; null for an event of no single destination
 * @param actor user and host of the process that recorded the event
 * @param code of the failure, as {@code ErrorCode} names it, or null
 * @param detail one line for people, or null
 */
public record StoryEvent(
        long id,
        Instant at,
        String path,
        JournalEntry.Kind event,
        @Nullable String driver,
        @Nullable Long versionId,
        @Nullable Long copyId,
        String actor,
        @Nullable String code,
        @Nullable String detail) {

    /** Returns a fact of the journal as people read it. */
    public static StoryEvent of(JournalEntry entry) {
        return new StoryEvent(
                entry.id(),
                Instant.ofEpochMilli(entry.at()),
                entry.path(),
                entry.kind(),
                entry.driver().isEmpty() ? null : entry.driver(),
                entry.versionId() == 0 ? null : entry.versionId(),
                entry.copyId() == 0 ? null : entry.copyId(),
                entry.actor(),
                entry.code(),
                entry.detail());
    }
}
