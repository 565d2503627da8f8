package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class MariaDbClockIT {
    private final MariaDbServer server;

    MariaDbClockIT(MariaDbServer server) {
        this.server = server;
    }

    @Test
    void tellsTheTimeWithoutTheZoneOfTheSession() throws Exception {
        try (Connection connection = server.connect(server.newDatabase());
                Statement statement = connection.createStatement()) {
            // in the hour that a zone like this one has twice, one reading of the local time is wrong by an hour
            statement.execute("SET time_zone = '+05:30'");
            statement.execute("SET timestamp = 1761442200.250");
            try (ResultSet row = statement.executeQuery("SELECT " + Dialect.MYSQL.nowMillis())) {
                row.next();
                assertThat(row.getLong(1)).isEqualTo(1_761_442_200_250L);
            }
        }
    }
}
