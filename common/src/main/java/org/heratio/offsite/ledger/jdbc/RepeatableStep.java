package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

/** A migration in Java, for what SQL alone cannot repeat on every database: one that was killed in the middle runs again from its start. */
abstract class RepeatableStep implements JavaMigration {
    private final String version;
    private final String description;

    RepeatableStep(String version, String description) {
        this.version = version;
        this.description = description;
    }

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion(version);
    }

    @Override
    public String getDescription() {
        return description;
    }

    @Override
    public @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    /** Adds a column, unless it is there. */
    static void addColumn(Connection connection, String table, String column, String type) throws SQLException {
        try (ResultSet columns =
                connection.getMetaData().getColumns(connection.getCatalog(), connection.getSchema(), "%", "%")) {
            while (columns.next()) {
                if (table.equals(columns.getString("TABLE_NAME").toLowerCase(Locale.ROOT))
                        && column.equals(columns.getString("COLUMN_NAME").toLowerCase(Locale.ROOT))) {
                    return;
                }
            }
        }
        execute(connection, "ALTER TABLE " + table + " ADD COLUMN " + column + " " + type);
    }

    /** Adds an index, unless there is one of that name. */
    static void addIndex(Connection connection, String index, String table, String columns) throws SQLException {
        addIndex(connection, "INDEX", index, table, columns);
    }

    /** Adds a unique index, unless there is one of that name. */
    static void addUniqueIndex(Connection connection, String index, String table, String columns) throws SQLException {
        addIndex(connection, "UNIQUE INDEX", index, table, columns);
    }

    private static void addIndex(Connection connection, String kind, String index, String table, String columns)
            throws SQLException {
        if (!hasIndex(connection, index, table)) {
            execute(connection, "CREATE " + kind + " " + index + " ON " + table + " (" + columns + ")");
        }
    }

    static boolean hasIndex(Connection connection, String index, String table) throws SQLException {
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

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
