package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.ledger.LedgerException;

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
     */
    public record Findings(List<String> denied, List<String> twins) {
        public Findings {
            denied = List.copyOf(denied);
            twins = List.copyOf(twins);
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
            return new Findings(denied, twins(connection));
        });
    }

    private static List<String> twins(Connection connection) throws SQLException {
        List<String> twins = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT path, shown_path FROM offsite_twin ORDER BY path")) {
            while (row.next()) {
                twins.add(row.getString(1) + " (the row is that of " + row.getString(2) + ")");
            }
        } catch (SQLException e) {
            if (!DatabaseRights.isAbsent(e)) {
                throw e;
            }
        }
        return twins;
    }
}
