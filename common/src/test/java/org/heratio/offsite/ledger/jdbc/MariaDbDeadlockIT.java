package org.heratio.offsite.ledger.jdbc;

import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class MariaDbDeadlockIT extends DeadlockContract {
    private final LedgerConfig config;

    MariaDbDeadlockIT(MariaDbServer server) {
        config = new LedgerConfig(server.url(server.newDatabase()), DatabaseServer.USER, DatabaseServer.PASSWORD);
    }

    @Override
    LedgerConfig config() {
        return config;
    }
}
