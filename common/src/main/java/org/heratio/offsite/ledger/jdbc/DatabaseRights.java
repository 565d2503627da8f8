package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.LedgerException;

/** What the database has to allow, found out by statements that touch no row. */
final class DatabaseRights {
    /** For people, wherever something is not allowed. */
    static final String HINT =
            "the database user needs CREATE, ALTER and INDEX in the database, SELECT, INSERT, UPDATE and DELETE on the tables offsite_*,"
                    + " SELECT, INSERT and UPDATE on ahg_backup_replication (in PostgreSQL USAGE on its sequence too), and SELECT on ahg_settings"
                    + " (docs/from-heratio.md has the statements)";

    static final List<String> OWN_TABLES = List.of(
            "offsite_meta",
            "offsite_version",
            "offsite_payload",
            "offsite_copy",
            "offsite_proof",
            "offsite_twin",
            "offsite_judged",
            "offsite_attempt",
            "offsite_lease",
            "offsite_request",
            "offsite_request_item",
            "offsite_request_asked",
            "offsite_schema_history");

    private static final String PUBLIC = PublicTableMigration.TABLE;

    // no such table, in MariaDB, PostgreSQL and H2
    private static final Set<String> ABSENT = Set.of("42S02", "42P01", "42S03", "42S04");
    private static final Set<Integer> MYSQL_DENIED = Set.of(1044, 1142, 1143, 1227, 1370);
    private static final Set<String> NO_SUCH_COLUMN = Set.of("42S22", "42703");

    private DatabaseRights() {}

    static boolean isAbsent(SQLException e) {
        return e.getSQLState() != null && ABSENT.contains(e.getSQLState());
    }

    static boolean isDenied(SQLException e) {
        return "42501".equals(e.getSQLState()) || MYSQL_DENIED.contains(e.getErrorCode());
    }

    /** Refuses, before anything is made, a public table that could not be written later, in the middle of the work. */
    static void requirePublicTable(Connection connection) throws SQLException, LedgerException {
        List<String> problems = ofPublicTable(connection);
        if (!problems.isEmpty()) {
            throw new LedgerException(
                    ErrorCode.LEDGER_REFUSED,
                    "the ledger's database refused: " + String.join("; ", problems),
                    HINT,
                    null);
        }
    }

    static List<String> ofPublicTable(Connection connection) throws SQLException {
        List<String> problems = new ArrayList<>();
        String read = "SELECT " + PublicLedger.COLUMNS + " FROM " + PUBLIC + " WHERE 1 = 0";
        if (!trySql(connection, read, problems)) {
            return problems;
        }
        trySql(connection, "UPDATE " + PUBLIC + " SET status = status WHERE 1 = 0", problems);
        trySql(
                connection,
                "INSERT INTO " + PUBLIC
                        + " (local_path, remote_path, driver) SELECT local_path, remote_path, driver FROM " + PUBLIC
                        + " WHERE 1 = 0",
                problems);
        ofSequences(connection, PUBLIC, problems);
        return problems;
    }

    /** In PostgreSQL a serial column has a sequence with rights of its own, which an insert of no rows does not ask for; an identity has not. */
    private static void ofSequences(Connection connection, String table, List<String> problems) throws SQLException {
        if (!connection.getMetaData().getURL().startsWith("jdbc:postgresql:")) {
            return;
        }
        String denied = "SELECT s FROM (SELECT pg_get_serial_sequence('" + table + "', attname) AS s FROM pg_attribute "
                + "WHERE attrelid = '" + table
                + "'::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '') q "
                + "WHERE s IS NOT NULL AND NOT has_sequence_privilege(s, 'USAGE') AND NOT has_sequence_privilege(s, 'UPDATE')";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(denied)) {
            while (row.next()) {
                problems.add("permission denied for sequence " + row.getString(1) + ", which numbers the rows of "
                        + table + ": it needs USAGE");
            }
        }
    }

    static List<String> ofOwnTables(Connection connection) throws SQLException {
        List<String> problems = new ArrayList<>();
        for (String table : OWN_TABLES) {
            String column = column(table);
            trySql(connection, "SELECT " + column + " FROM " + table + " WHERE 1 = 0", problems);
            trySql(connection, "UPDATE " + table + " SET " + column + " = " + column + " WHERE 1 = 0", problems);
            trySql(connection, "DELETE FROM " + table + " WHERE 1 = 0", problems);
            trySql(connection, "INSERT INTO " + table + " SELECT * FROM " + table + " WHERE 1 = 0", problems);
        }
        return problems;
    }

    static List<String> ofSettings(Connection connection) throws SQLException {
        List<String> problems = new ArrayList<>();
        trySql(connection, "SELECT setting_key, setting_value, setting_group FROM ahg_settings WHERE 1 = 0", problems);
        return problems;
    }

    /** A problem for READ COMMITTED, which MariaDB and MySQL refuse to write to a log of statements; empty where there is none. */
    static List<String> ofBinaryLog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@log_bin, @@binlog_format")) {
            row.next();
            return row.getBoolean(1) && "STATEMENT".equalsIgnoreCase(row.getString(2))
                    ? List.of(
                            "the server writes its binary log as STATEMENT, which cannot take the ledger's transactions")
                    : List.of();
        }
    }

    private static String column(String table) {
        return switch (table) {
            case "offsite_meta" -> "name";
            case "offsite_proof" -> "copy_id";
            case "offsite_lease" -> "thing";
            case "offsite_twin" -> "path_hash";
            case "offsite_judged" -> "row_id";
            case "offsite_request", "offsite_request_item", "offsite_request_asked" -> "request_id";
            case "offsite_schema_history" -> "installed_rank";
            default -> "id";
        };
    }

    /** False when it is not allowed; a table that is not there yet is no problem. */
    private static boolean trySql(Connection connection, String sql, List<String> problems) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            if (isAbsent(e)) {
                return false;
            }
            if (isDenied(e)) {
                problems.add(String.valueOf(e.getMessage()));
                return false;
            }
            if (NO_SUCH_COLUMN.contains(String.valueOf(e.getSQLState()))) {
                problems.add("a table is not as Heratio makes it: " + e.getMessage());
                return false;
            }
            throw e;
        }
    }
}
