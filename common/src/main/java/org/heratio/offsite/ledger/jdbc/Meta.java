package org.heratio.offsite.ledger.jdbc;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The few facts about a ledger itself. */
final class Meta {
    private static final String SCHEDULE = "schedule.";

    private Meta() {}

    static String installationId(Tx tx) throws SqlTrouble, InterruptedException {
        Optional<String> present = value(tx, "installation_id");
        if (present.isPresent()) {
            return present.get();
        }
        String id = UUID.randomUUID().toString().replace("-", "");
        insert(tx, "installation_id", id);
        return id;
    }

    static Optional<Long> scheduledUntil(Tx tx, String schedule) throws SqlTrouble, InterruptedException {
        return value(tx, SCHEDULE + schedule).map(Long::valueOf);
    }

    static boolean scheduled(Tx tx, String schedule, @Nullable Long from, long until)
            throws SqlTrouble, InterruptedException {
        if (from != null) {
            return tx.changes(
                    "UPDATE offsite_meta SET val = ? WHERE name = ? AND val = ?",
                    Long.toString(until),
                    SCHEDULE + schedule,
                    Long.toString(from));
        }
        boolean first = value(tx, SCHEDULE + schedule).isEmpty();
        if (first) {
            // two that are first at once: one ends in a duplicate key, and looks again
            insert(tx, SCHEDULE + schedule, Long.toString(until));
        }
        return first;
    }

    private static Optional<String> value(Tx tx, String name) throws SqlTrouble, InterruptedException {
        return tx.first("SELECT val FROM offsite_meta WHERE name = ?", name).map(row -> row.text("val"));
    }

    private static void insert(Tx tx, String name, String value) throws SqlTrouble, InterruptedException {
        tx.update("INSERT INTO offsite_meta (name, val) VALUES (?, ?)", name, value);
    }
}
