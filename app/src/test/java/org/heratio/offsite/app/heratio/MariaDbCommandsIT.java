package org.heratio.offsite.app.heratio;

import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class MariaDbCommandsIT extends HeratioCommands {
    MariaDbCommandsIT(MariaDbServer server) {
        super(server);
    }

    @Override
    void makeReader(String name) {
        tables.run(
                "CREATE OR REPLACE USER '" + name + "'@'%' IDENTIFIED BY '" + DatabaseServer.PASSWORD + "'",
                "GRANT SELECT, CREATE, INDEX ON " + tables.database() + ".* TO '" + name + "'@'%'");
    }
}
