package org.heratio.offsite.ledger;

import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class MariaDbLedgerIT extends LedgerContract {
    private final LedgerConfig config;

    MariaDbLedgerIT(MariaDbServer server) {
        config = new LedgerConfig(server.url(server.newDatabase()), DatabaseServer.USER, DatabaseServer.PASSWORD);
    }

    @Override
    protected LedgerConfig config() {
        return config;
    }

    @Override
    protected String series(String statement) {
        // || is "or" to it, unless it is told otherwise
        return statement.replaceAll("('\\w') \\|\\| n", "CONCAT($1, n)") + "(SELECT seq AS n FROM seq_1_to_10000) s";
    }
}
