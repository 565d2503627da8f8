package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.migration.Context;

/** Adds the index of {@link ShipQueries}: a page of what waits at a destination is one range of it, in the order of its rows. */
final class ShipIndexMigration extends RepeatableStep {
    ShipIndexMigration() {
        super("15", "order of uploads");
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        addIndex(connection, "offsite_copy_due", "offsite_copy", "driver, state, due_at, version_id");
    }
}
