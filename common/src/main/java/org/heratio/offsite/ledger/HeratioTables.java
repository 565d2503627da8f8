package org.heratio.offsite.ledger;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Heratio's own tables, read without a ledger, so that nothing is created in its database. Each method blocks, and waits for a database that
 * is away as long as the caller set when it was opened. A table that does not exist counts as an empty one.
 */
public interface HeratioTables {
    /** Returns what {@code ahg_settings} has in its group {@code backup}. A passphrase whose row has no value is an empty text. */
    BackupSettings backupSettings() throws LedgerException;

    /** Returns whether Heratio shipped anything encrypted, or was to. */
    boolean hasEncryptedRows() throws LedgerException;

    /** Returns the rows of the public table, and what the ledger has copies of. */
    Claims claims() throws LedgerException;

    /**
     * Returns the newest {@code replicated_at} if it is in the future by the database's clock: then the rows were written in another zone.
     * Empty otherwise.
     */
    Optional<LocalDateTime> timeToCome(ZoneId zone) throws LedgerException;

    /**
     * The settings in {@code ahg_settings}; null where a row is missing.
     *
     * @param passphrase plain text, never to be logged
     */
    record BackupSettings(
            @Nullable String passphrase, @Nullable String backupPath) {
        @Override
        public String toString() {
            return "BackupSettings[backupPath=" + backupPath + "]";
        }
    }

    /**
     * The rows of the public table.
     *
     * @param known {@code driver:path} of each copy in the ledger
     */
    record Claims(List<ReplicationRow> rows, Set<String> known) {
        public Claims {
            rows = List.copyOf(rows);
            known = Set.copyOf(known);
        }

        /** Returns whether the ledger has its own copy for a row. */
        public boolean knows(ReplicationRow row) {
            return known.contains(row.driver() + ":" + row.archivePath());
        }
    }
}
