package org.heratio.offsite.app.heratio;

import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.PostgresServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class PostgresCommandsIT extends HeratioCommands {
    PostgresCommandsIT(PostgresServer server) {
        super(server);
    }

    @Override
    void makeReader(String name) {
        tables.run(
                "CREATE ROLE " + name + " LOGIN PASSWORD '" + DatabaseServer.PASSWORD + "'",
                "GRANT CREATE ON SCHEMA public TO " + name,
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + name);
    }
}
