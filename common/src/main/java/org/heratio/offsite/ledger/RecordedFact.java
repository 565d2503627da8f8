package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A fact of the journal that this process has recorded, as far as it is counted.
 *
 * @param driver of the destination; empty where there is none
 * @param code of the failure, as {@code ErrorCode} names it; null where nothing failed
 * @param landedAt of the archive, epoch milliseconds, for the proof of a copy that was replicated until then, also if it was adopted, or
 *     was to be shipped again on request; 0 for one that was repaired, and for other facts
 */
public record RecordedFact(
        JournalEntry.Kind kind, String driver, @Nullable String code, long landedAt) {}
