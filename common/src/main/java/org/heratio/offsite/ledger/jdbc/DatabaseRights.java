package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.LedgerException;

/** Checks the rights of the database user with statements that touch no row. */
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
            "offsite_twin",
            "offsite_judged",
            "offsite_attempt",
            "offsite_lease",
            "offsite_request",
            "offsite_request_item",
            "offsite_request_asked",
            "offsite_unreadable",
            "offsite_unreadable_total",
            "offsite_doubt",
            "offsite_unchecked",
            "offsite_journal",
            "offsite_incident",
            "offsite_notice",
            "offsite_channel",
            "offsite_schema_history");

    private static final String PUBLIC = PublicTableMigration.TABLE;

    // no such table, in MariaDB, PostgreSQL and H2
    private static final Set<String> ABSENT = Set.of("42S02", "42P01", "42S03", "42S04");
    private static final int MYSQL_NO_DEFAULT = 1364;
    private static final Set<Integer> MYSQL_DENIED = Set.of(1044, 1142, 1143, 1227, 1370);
    // no such column, in MariaDB, PostgreSQL and H2; in PostgreSQL one of another type, or that cannot hold such a
    // value
    private static final Set<String> OTHER_TABLE = Set.of("42S22", "42703", "42804", "22P02", "22007", "42883");
    private static final String OTHER_TABLE_HINT =
            "no right is missing: run Heratio's migrations (php artisan migrate), so that ahg_backup_replication has the columns "
                    + PublicLedger.COLUMNS
                    + " and ahg_settings setting_key, setting_value, setting_group, of the types that"
                    + " Heratio gives them; or keep the ledger elsewhere with BACKUP_OFFSITE_LEDGER_URL";
    private static final Set<String> WRITTEN = Stream.of(PublicLedger.COLUMNS.split(", ", -1))
            .filter(column -> !column.equals("id"))
            .collect(Collectors.toUnmodifiableSet());

    private DatabaseRights() {}

    static boolean isAbsent(SQLException e) {
        return e.getSQLState() != null && ABSENT.contains(e.getSQLState());
    }

    static boolean isDenied(SQLException e) {
        return "42501".equals(e.getSQLState()) || MYSQL_DENIED.contains(e.getErrorCode());
    }

    /** Refuses, before anything is made, a public table that could not be written later, in the middle of the work. */
    static void requirePublicTable(Connection connection) throws SQLException, LedgerException {
        List<Fault> problems = ofPublicTable(connection);
        if (!problems.isEmpty()) {
            throw new LedgerException(
                    ErrorCode.LEDGER_REFUSED,
                    "the ledger's database refused: "
                            + problems.stream().map(Fault::text).collect(Collectors.joining("; ")),
                    problems.get(0).hint(),
                    null);
        }
    }

    static List<Fault> ofPublicTable(Connection connection) throws SQLException {
        List<Fault> problems = new ArrayList<>();
        String read = "SELECT " + PublicLedger.COLUMNS + " FROM " + PUBLIC + " WHERE 1 = 0";
        if (!trySql(connection, read, problems)) {
            return problems;
        }
        // the types, too: a database that converts nothing by itself would refuse each row later
        trySql(
                connection,
                "UPDATE " + PUBLIC
                        + " SET remote_path = '', size_bytes = 0, sha256 = '', encrypted = '1', replicated_at = CURRENT_TIMESTAMP, "
                        + "verified_at = NULL, status = '', error = '' WHERE 1 = 0",
                problems);
        trySql(
                connection,
                "INSERT INTO " + PUBLIC
                        + " (local_path, remote_path, driver) SELECT local_path, remote_path, driver FROM " + PUBLIC
                        + " WHERE 1 = 0",
                problems);
        ofSequences(connection, PUBLIC, problems);
        ofForeignColumns(connection, problems);
        return problems;
    }

    /** A column that we have no value for, and the database neither. */
    private static void ofForeignColumns(Connection connection, List<Fault> problems) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        try (ResultSet column = metaData.getColumns(connection.getCatalog(), connection.getSchema(), PUBLIC, "%")) {
            while (column.next()) {
                boolean asksForValue = "NO".equals(column.getString("IS_NULLABLE"))
                        && column.getString("COLUMN_DEF") == null
                        && !"YES".equals(column.getString("IS_AUTOINCREMENT"))
                        && !"YES".equals(column.getString("IS_GENERATEDCOLUMN"));
                String columnName = column.getString("COLUMN_NAME").toLowerCase(Locale.ROOT);
                if (asksForValue && !WRITTEN.contains(columnName)) {
                    problems.add(new Fault(
                            "the column " + columnName + " of " + PUBLIC
                                    + " may not be null, has no default, and is none that offsite knows",
                            "let the database fill it in: ALTER TABLE " + PUBLIC
                                    + " gives it a default, or lets it be null"));
                }
            }
        }
    }

    /** In PostgreSQL a serial column has a sequence with rights of its own, which an insert of no rows does not ask for; an identity has not. */
    private static void ofSequences(Connection connection, String table, List<Fault> problems) throws SQLException {
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
                problems.add(denied("permission denied for sequence " + row.getString(1)
                        + ", which numbers the rows of " + table + ": it needs USAGE"));
            }
        }
    }

    static List<Fault> ofOwnTables(Connection connection) throws SQLException {
        List<Fault> problems = new ArrayList<>();
        for (String table : OWN_TABLES) {
            String column = column(table);
            trySql(connection, "SELECT " + column + " FROM " + table + " WHERE 1 = 0", problems);
            trySql(connection, "UPDATE " + table + " SET " + column + " = " + column + " WHERE 1 = 0", problems);
            trySql(connection, "DELETE FROM " + table + " WHERE 1 = 0", problems);
            trySql(connection, "INSERT INTO " + table + " SELECT * FROM " + table + " WHERE 1 = 0", problems);
        }
        return problems;
    }

    static List<Fault> ofSettings(Connection connection) throws SQLException {
        List<Fault> problems = new ArrayList<>();
        trySql(connection, "SELECT setting_key, setting_value, setting_group FROM ahg_settings WHERE 1 = 0", problems);
        return problems;
    }

    /** A problem for READ COMMITTED, which MariaDB and MySQL refuse to write to a log of statements; empty where there is none. */
    static List<Fault> ofBinaryLog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@log_bin, @@binlog_format")) {
            row.next();
            return row.getBoolean(1) && "STATEMENT".equalsIgnoreCase(row.getString(2))
                    ? List.of(new Fault(
                            "the server writes its binary log as STATEMENT, which cannot take the ledger's transactions",
                            "set binlog_format=ROW, or MIXED, in the server's configuration"))
                    : List.of();
        }
    }

    private static String column(String table) {
        return switch (table) {
            case "offsite_meta", "offsite_incident", "offsite_channel" -> "name";
            case "offsite_lease" -> "thing";
            case "offsite_twin" -> "path_hash";
            case "offsite_judged" -> "row_id";
            case "offsite_doubt" -> "copy_id";
            case "offsite_unchecked" -> "version_id";
            case "offsite_unreadable", "offsite_unreadable_total" -> "root_hash";
            case "offsite_request", "offsite_request_item", "offsite_request_asked" -> "request_id";
            case "offsite_schema_history" -> "installed_rank";
            default -> "id";
        };
    }

    /** False when it is not allowed; a table that is not there yet is no problem. */
    private static boolean trySql(Connection connection, String sql, List<Fault> problems) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            // the columns that are not filled in are named by themselves
            if (isAbsent(e) || e.getErrorCode() == MYSQL_NO_DEFAULT) {
                return false;
            }
            if (isDenied(e)) {
                problems.add(denied(String.valueOf(e.getMessage())));
                return false;
            }
            if (OTHER_TABLE.contains(String.valueOf(e.getSQLState()))) {
                problems.add(new Fault("a table is not as Heratio makes it: " + e.getMessage(), OTHER_TABLE_HINT));
                return false;
            }
            throw e;
        }
    }

    private static Fault denied(String text) {
        return new Fault(text, HINT);
    }
}
