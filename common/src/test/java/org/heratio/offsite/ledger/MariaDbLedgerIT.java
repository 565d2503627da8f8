package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class MariaDbLedgerIT extends LedgerContract {
    private final MariaDbServer server;
    private final LedgerConfig config;

    MariaDbLedgerIT(MariaDbServer server) {
        this.server = server;
        config = new LedgerConfig(server.url(server.newDatabase()), DatabaseServer.USER, DatabaseServer.PASSWORD);
    }

    @Test
    void goesOnWithAMigrationThatWasCutShort() throws Exception {
        ledger.close();
        String half = server.newDatabase();
        String script = new String(
                JdbcLedger.class
                        .getResourceAsStream("/db/migration/mysql/V1__own_tables.sql")
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        // each statement is committed by itself: a kill leaves the first few, and no word of them
        server.execute(half, List.of(script.split(";\\s*\n")).subList(0, 4).toArray(String[]::new));
        try (Ledger whole = open(new LedgerConfig(server.url(half), DatabaseServer.USER, DatabaseServer.PASSWORD))) {
            assertThat(whole.known()).isEmpty();
            assertThat(whole.history(1, null)).isEmpty();
        }
    }

    @Override
    protected LedgerConfig config() {
        return config;
    }
}
