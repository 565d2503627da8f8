package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
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
        add(connection, "offsite_version_path_state", "offsite_version", "path_hash, state");
        add(connection, "offsite_copy_proved", "offsite_copy", "state, proved_at");
    }

    private static void add(Connection connection, String index, String table, String columns) throws SQLException {
        if (exists(connection, index, table)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE INDEX " + index + " ON " + table + " (" + columns + ")");
        }
    }

    private static boolean exists(Connection connection, String index, String table) throws SQLException {
        try (ResultSet indexes = connection
                .getMetaData()
                .getIndexInfo(connection.getCatalog(), connection.getSchema(), table, false, true)) {
            while (indexes.next()) {
                String name = indexes.getString("INDEX_NAME");
                if (name != null && name.toLowerCase(Locale.ROOT).equals(index)) {
                    return true;
                }
            }
            return false;
        }
    }
}
