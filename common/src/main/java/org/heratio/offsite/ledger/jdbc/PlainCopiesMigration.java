package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.migration.Context;

/**
 * Notes with each copy, and no more with the version alone, that somebody asked for it to be shipped without encryption. In Java, because
 * MySQL cannot add a column only where it is absent, and every step must be fit to be repeated.
 */
final class PlainCopiesMigration extends RepeatableStep {
    PlainCopiesMigration() {
        super("4", "plain copies");
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        try (Statement statement = connection.createStatement()) {
            addColumn(connection, "offsite_copy", "plain", "smallint DEFAULT 0 NOT NULL");
            // for which of its destinations a version was to be plain, nobody noted: what still has to go out is
            // encrypted
            statement.execute("DELETE FROM offsite_payload WHERE encrypted = 0 AND version_id IN "
                    + "(SELECT id FROM offsite_version WHERE plain = 1)");
            statement.execute("UPDATE offsite_version SET plain = 0 WHERE plain = 1");
        }
    }
}
