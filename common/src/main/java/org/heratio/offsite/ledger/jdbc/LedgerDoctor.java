package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** Looks at the ledger's database for {@code offsite doctor}. It changes nothing. Blocks. */
public final class LedgerDoctor {
    private final LedgerConfig config;

    public LedgerDoctor(LedgerConfig config) {
        this.config = config;
    }

    /**
     * The findings.
     *
     * @param faults what the database does not allow, and has to, or is not as it should be
     * @param unsafe tables of an engine that knows no transactions
     * @param twins archives that have no row of their own in the public table, each with the one that has theirs
     * @param tooLong archives whose paths, here or at a destination, the public table has no room for
     * @param unwritable archives whose paths have characters that the public table's character set lacks
     */
    public record Findings(
            List<Fault> faults,
            List<String> unsafe,
            List<String> twins,
            List<String> tooLong,
            List<String> unwritable) {
        public Findings {
            faults = List.copyOf(faults);
            unsafe = List.copyOf(unsafe);
            twins = List.copyOf(twins);
            tooLong = List.copyOf(tooLong);
            unwritable = List.copyOf(unwritable);
        }
    }

    /** Returns the same for people. A database that does not answer is a finding, too. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        try {
            Findings found = examine();
            found.faults().forEach(fault -> findings.add(Finding.fail("ledger: " + fault.text(), fault.hint())));
            found.unsafe()
                    .forEach(table -> findings.add(Finding.warn(
                            "ledger: the table " + table + " knows no transactions: a crash may leave it wrong",
                            "ALTER TABLE … ENGINE=InnoDB, with a backup at hand")));
            if (found.faults().isEmpty()) {
                findings.add(Finding.ok("the database allows what is needed"));
            }
            withoutRow(
                    found.twins(),
                    "its collation takes both names for one; rename one of the archives, and Heratio sees both",
                    findings);
            withoutRow(
                    found.tooLong(),
                    "its columns take 500 characters; 'offsite versions' shows what became of it",
                    findings);
            withoutRow(
                    found.unwritable(),
                    "its character set lacks characters of the path; 'offsite versions' shows what became of it, and"
                            + " ALTER TABLE ahg_backup_replication CONVERT TO CHARACTER SET utf8mb4 lets Heratio see it",
                    findings);
        } catch (LedgerException e) {
            findings.add(Finding.fail(e.failure().reason(), e.failure().hint()));
        }
        return findings;
    }

    private static void withoutRow(List<String> archives, String why, List<Finding> findings) {
        archives.forEach(archive -> findings.add(
                Finding.warn("shipped, but without a row in ahg_backup_replication: " + Printable.of(archive), why)));
    }

    public Findings examine() throws LedgerException {
        return new HeratioDatabase(config).with(connection -> {
            List<Fault> faults = new ArrayList<>(DatabaseRights.ofPublicTable(connection));
            faults.addAll(DatabaseRights.ofOwnTables(connection));
            faults.addAll(DatabaseRights.ofSettings(connection));
            List<String> unsafe = List.of();
            List<String> unwritable = List.of();
            if (Dialect.of(config.jdbcUrl()) == Dialect.MYSQL) {
                faults.addAll(DatabaseRights.ofBinaryLog(connection));
                unsafe = unsafe(connection);
                unwritable = unwritable(connection);
            }
            return new Findings(faults, unsafe, twins(connection), tooLong(connection), unwritable);
        });
    }

    private static List<String> unsafe(Connection connection) throws SQLException {
        return list(
                connection,
                "SELECT table_name, engine FROM information_schema.tables WHERE table_schema = DATABASE() "
                        + "AND (table_name = '" + PublicTableMigration.TABLE
                        + "' OR table_name LIKE 'offsite!_%' ESCAPE '!') "
                        + "AND engine IN ('MyISAM', 'Aria', 'MEMORY', 'CSV', 'ARCHIVE') ORDER BY table_name",
                row -> row.getString(1) + " (" + row.getString(2) + ")");
    }

    private static List<String> unwritable(Connection connection) throws SQLException {
        String path = PublicCharset.asKept(connection, "v.path");
        String remotePath = PublicCharset.asKept(connection, "c.remote_path");
        return path == null || remotePath == null
                ? List.of()
                : list(
                        connection,
                        "SELECT DISTINCT v.path, c.driver FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                                + "WHERE " + path + " COLLATE utf8mb4_bin <> v.path OR " + remotePath
                                + " COLLATE utf8mb4_bin <> c.remote_path ORDER BY v.path, c.driver",
                        row -> row.getString(1) + " at " + row.getString(2));
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

    /** Empty where the table is not there yet, or may not be read, which is found elsewhere. */
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
            if (!DatabaseRights.isAbsent(e) && !DatabaseRights.isDenied(e)) {
                throw e;
            }
        }
        return lines;
    }
}
