package org.heratio.offsite.ledger;

import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.PostgresServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class PostgresLedgerIT extends LedgerContract {
    private final LedgerConfig config;

    PostgresLedgerIT(PostgresServer server) {
        config = new LedgerConfig(server.url(server.newDatabase()), DatabaseServer.USER, DatabaseServer.PASSWORD);
    }

    @Override
    protected LedgerConfig config() {
        return config;
    }
}
