package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.migration.Context;

/** Adds the indexes of {@link JdbcOverview}: a page asks every few seconds, whatever the size of the ledger. */
final class PageIndexesMigration extends RepeatableStep {
    PageIndexesMigration() {
        super("14", "indexes of the page");
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        addIndex(connection, "offsite_copy_driver_state", "offsite_copy", "driver, state, version_id");
        addIndex(connection, "offsite_copy_driver_proved", "offsite_copy", "driver, state, proved_at");
        addIndex(connection, "offsite_copy_driver_shipped", "offsite_copy", "driver, replicated_at");
    }
}
