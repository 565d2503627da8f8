package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.heratio.offsite.ledger.LedgerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {
    @TempDir
    Path directory;

    private Connection open() throws Exception {
        LedgerConfig config = LedgerConfig.h2(directory.resolve("ledger"));
        return new Schema(config, new LossCheck(null, EmbeddedFile.of(config))).migrate();
    }

    /** The list decides that Flyway is not needed. A migration that is missing there would run again and again, or never. */
    @Test
    void listsTheMigrationsThatFlywayFinds() throws Exception {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT version FROM offsite_schema_history WHERE version IS NOT NULL")) {
            Set<String> run = new HashSet<>();
            while (rows.next()) {
                run.add(rows.getString(1));
            }
            run.remove("0");
            assertThat(run).isEqualTo(Schema.VERSIONS);
        }
    }

    /** A table that is missing there could be dropped unnoticed. */
    @Test
    void listsTheTablesThatTheMigrationsMake() throws Exception {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT LOWER(table_name) FROM information_schema.tables WHERE LOWER(table_name) LIKE 'offsite%'")) {
            Set<String> made = new HashSet<>();
            while (rows.next()) {
                made.add(rows.getString(1));
            }
            made.remove("offsite_schema_history");
            assertThat(made).isEqualTo(Set.copyOf(Schema.TABLES));
        }
    }

    @Test
    void runsAMigrationThatIsMissing() throws Exception {
        change("DELETE FROM offsite_schema_history WHERE version = '17'");

        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT COUNT(*) FROM offsite_schema_history WHERE version = '17'")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(1);
        }
    }

    @Test
    void refusesTheSchemaOfANewerBuild() throws Exception {
        change("INSERT INTO offsite_schema_history SELECT 99, '99', 'of the future', 'SQL', 'V99__x.sql', 1, "
                + "installed_by, installed_on, 1, success FROM offsite_schema_history WHERE version = '10'");

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        LedgerException.class,
                        e -> assertThat(e.failure().oneLine()).contains("newer offsite (99"));
    }

    private void change(String sql) throws Exception {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }
}
