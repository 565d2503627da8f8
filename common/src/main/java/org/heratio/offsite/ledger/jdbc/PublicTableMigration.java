package org.heratio.offsite.ledger.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.flywaydb.core.api.migration.Context;

/**
 * Makes Heratio's public table where there is none. In Java, because SQL alone cannot leave the indexes of an existing table alone on
 * every database.
 */
final class PublicTableMigration extends RepeatableStep {
    static final String TABLE = "ahg_backup_replication";

    private final Dialect dialect;

    PublicTableMigration(Dialect dialect) {
        super("2", "public table where absent");
        this.dialect = dialect;
    }

    @Override
    public void migrate(Context context) throws SQLException, IOException {
        Connection connection = context.getConnection();
        // H2 commits each statement by itself, so that a kill may leave the table without its indexes; it is never
        // Heratio's there
        if (dialect != Dialect.H2 && exists(connection)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            for (String sql : script().split(";\\s*\n", -1)) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static boolean exists(Connection connection) throws SQLException {
        String[] types = {"TABLE", "BASE TABLE", "VIEW", "PARTITIONED TABLE"};
        try (ResultSet tables =
                connection.getMetaData().getTables(connection.getCatalog(), connection.getSchema(), "%", types)) {
            while (tables.next()) {
                if (TABLE.equals(tables.getString("TABLE_NAME").toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
        }
        return false;
    }

    private String script() throws IOException {
        String resource = "/db/public/" + dialect.folder() + ".sql";
        try (InputStream in = PublicTableMigration.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
