package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;

/** Looks at the ledger's database for {@code offsite doctor}. It changes nothing. Blocks. */
public final class LedgerDoctor {
    private final LedgerConfig config;

    public LedgerDoctor(LedgerConfig config) {
        this.config = config;
    }

    /**
     * What was found.
     *
     * @param denied what the database does not allow, and has to
     * @param twins archives that have no row of their own in the public table, each with the one that has theirs
     * @param tooLong archives whose paths, here or at a destination, the public table has no room for
     */
    public record Findings(List<String> denied, List<String> twins, List<String> tooLong) {
        public Findings {
            denied = List.copyOf(denied);
            twins = List.copyOf(twins);
            tooLong = List.copyOf(tooLong);
        }
    }

    /** What to do about {@link Findings#denied}. */
    public static String hint() {
        return DatabaseRights.HINT;
    }

    public Findings examine() throws LedgerException {
        return new HeratioDatabase(config).with(connection -> {
            List<String> denied = new ArrayList<>(DatabaseRights.ofPublicTable(connection));
            denied.addAll(DatabaseRights.ofOwnTables(connection));
            denied.addAll(DatabaseRights.ofSettings(connection));
            if (Dialect.of(config.jdbcUrl()) == Dialect.MYSQL) {
                denied.addAll(DatabaseRights.ofBinaryLog(connection));
            }
            return new Findings(denied, twins(connection), tooLong(connection));
        });
    }

    private static List<String> twins(Connection connection) throws SQLException {
        return list(
                connection,
                "SELECT path, shown_path FROM offsite_twin ORDER BY path",
                row -> row.getString(1) + " (the row is that of " + row.getString(2) + ")");
    }

    private static List<String> tooLong(Connection connection) throws SQLException {
        return list(
                connection,
                // databases count characters, of which one may be two here
                "SELECT DISTINCT v.path, c.driver, c.remote_path FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                        + "WHERE CHAR_LENGTH(v.path) > 250 OR CHAR_LENGTH(c.remote_path) > 250 ORDER BY v.path, c.driver",
                row -> PublicLedger.fits(row.getString(1)) && PublicLedger.fits(row.getString(3))
                        ? null
                        : row.getString(1) + " at " + row.getString(2));
    }

    /** One text of a row, or null to leave it out. */
    private interface Line {
        @Nullable
        String of(ResultSet row) throws SQLException;
    }

    /** Empty where the table is not there yet. */
    private static List<String> list(Connection connection, String sql, Line line) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                String text = line.of(row);
                if (text != null) {
                    lines.add(text);
                }
            }
        } catch (SQLException e) {
            if (!DatabaseRights.isAbsent(e)) {
                throw e;
            }
        }
        return lines;
    }
}
