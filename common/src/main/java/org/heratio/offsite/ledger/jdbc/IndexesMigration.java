package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.migration.Context;

/**
 * Adds indexes: the work on one path must not grow with the number of its versions, nor a page of a sweep with that of all copies. In Java,
 * because MySQL cannot add an index only where it is absent.
 */
final class IndexesMigration extends RepeatableStep {
    IndexesMigration() {
        super("8", "indexes");
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        addIndex(connection, "offsite_version_path_state", "offsite_version", "path_hash, state");
        addIndex(connection, "offsite_copy_proved", "offsite_copy", "state, proved_at");
    }
}
