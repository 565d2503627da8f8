package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.migration.Context;

/** Adds the index of {@link JdbcRetries}: the last failed attempts of a stage are asked for every few seconds. */
final class RetryIndexesMigration extends RepeatableStep {
    RetryIndexesMigration() {
        super("16", "index of failed attempts");
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        addIndex(connection, "offsite_attempt_stage", "offsite_attempt", "stage, id");
    }
}
