package org.heratio.offsite.ledger.jdbc;

import java.util.Optional;
import java.util.UUID;

/** The few facts about a ledger itself. */
final class Meta {
    static final String INSTALLATION = "installation_id";

    private Meta() {}

    static String installationId(Tx tx) throws StatementException, InterruptedException {
        Optional<String> present = value(tx, INSTALLATION);
        if (present.isPresent()) {
            return present.get();
        }
        String id = UUID.randomUUID().toString().replace("-", "");
        insert(tx, INSTALLATION, id);
        return id;
    }

    static Optional<String> value(Tx tx, String name) throws StatementException, InterruptedException {
        return tx.first("SELECT val FROM offsite_meta WHERE name = ?", name).map(row -> row.text("val"));
    }

    static void insert(Tx tx, String name, String value) throws StatementException, InterruptedException {
        tx.update("INSERT INTO offsite_meta (name, val) VALUES (?, ?)", name, value);
    }
}
