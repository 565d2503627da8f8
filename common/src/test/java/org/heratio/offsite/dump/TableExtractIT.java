package org.heratio.offsite.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.heratio.offsite.dump.TableChoice.Name;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.MariaDbTools;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables out of real dumps, loaded into a real server. */
@ExtendWith(SharedDatabases.class)
@Timeout(HangLimit.TEST_SECONDS)
final class TableExtractIT {
    private static final int ROWS = 300;

    private final MariaDbServer server;

    @TempDir
    Path directory;

    private MariaDbTools tools;
    private String database;

    TableExtractIT(MariaDbServer server) {
        this.server = server;
    }

    @BeforeEach
    void fill() throws SQLException {
        tools = new MariaDbTools(server, directory);
        database = server.newDatabase();
        server.execute(
                database,
                "CREATE SEQUENCE numbers",
                "CREATE TABLE parent (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50)) COMMENT 'it''s; \\\\ here'",
                "CREATE TABLE `od``d; t\u00e4ble` (id INT PRIMARY KEY AUTO_INCREMENT, parent INT, text LONGTEXT, bytes LONGBLOB,"
                        + " at TIMESTAMP(6) NULL, doubled BIGINT AS (CHAR_LENGTH(text) * 2) STORED, bits BIT(9), price DECIMAL(30,9),"
                        + " CONSTRAINT of_parent FOREIGN KEY (parent) REFERENCES parent (id))",
                "CREATE TABLE log (line TEXT)",
                "CREATE VIEW alive AS SELECT id, name FROM parent WHERE name <> 'a;b'",
                """
                CREATE TRIGGER noted BEFORE INSERT ON `od``d; t\u00e4ble` FOR EACH ROW BEGIN
                -- Dumping data for table `parent`
                IF NEW.text IS NULL THEN SET NEW.text = '
                -- Dump completed
                DELIMITER ;;
                '; END IF;
                END""",
                "CREATE PROCEDURE p() BEGIN SELECT 'INSERT INTO parent VALUES (1);'; END",
                "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO INSERT INTO log VALUES (';')",
                "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'");
        Random random = new Random(11);
        try (Connection connection = server.connect(database);
                PreparedStatement parent = connection.prepareStatement("INSERT INTO parent (name) VALUES (?)");
                PreparedStatement odd = connection.prepareStatement(
                        "INSERT INTO `od``d; t\u00e4ble` (parent, text, bytes, at, bits, price) VALUES (?, ?, ?, ?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (int i = 1; i <= ROWS; i++) {
                parent.setString(1, "name '" + i + "\\");
                parent.executeUpdate();
                byte[] bytes = new byte[i == ROWS ? 2_000_000 : random.nextInt(400)];
                random.nextBytes(bytes);
                odd.setInt(1, i);
                odd.setString(2, "it's \\ \" ` ; -- \n'); INSERT INTO parent VALUES (1);\n\u5bc6\u7801 " + i);
                odd.setBytes(3, bytes);
                odd.setString(4, i % 3 == 0 ? null : "2026-03-29 01:59:59.123456");
                odd.setInt(5, i % 512);
                odd.setString(6, i + ".000000001");
                odd.executeUpdate();
            }
            connection.commit();
        }
    }

    private DumpEnd extract(Path dump, TableChoice choice, Path to, Map<Name, Long> found) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to))) {
            TableExtract extract = new TableExtract(choice, out);
            DumpLexer lexer = new DumpLexer(extract);
            byte[] bytes = Files.readAllBytes(dump);
            for (int at = 0; at < bytes.length; at += 777) {
                lexer.update(bytes, at, Math.min(777, bytes.length - at));
            }
            DumpEnd end = lexer.finish();
            extract.finish();
            assertThat(extract.found()).isEqualTo(found);
            return end;
        }
    }

    private List<List<String>> rows(String in, String table) throws SQLException {
        return server.query(
                in,
                "SELECT id, parent, MD5(text), MD5(bytes), at, doubled, bits + 0, price FROM " + table
                        + " ORDER BY id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--quote-names",
                "--skip-comments",
                "--compact",
                "--complete-insert",
                "--skip-extended-insert",
                "--hex-blob",
                "--skip-add-drop-table",
                "--no-autocommit",
                "--tz-utc=false",
                "--replace",
            })
    void loadsATableThatIsTheSame(String option) throws Exception {
        Path dump = tools.dump(database, option);
        Path sql = directory.resolve("table.sql");
        Name odd = new Name(null, "od`d; t\u00e4ble");
        String copy = server.newDatabase();

        DumpEnd end = extract(dump, new TableChoice(List.of(odd), null, true, true), sql, Map.of(odd, (long) ROWS));
        tools.load(sql, copy);

        assertThat(end.cut()).isFalse();
        assertThat(end.completed()).isEqualTo(!option.equals("--skip-comments") && !option.equals("--compact"));
        assertThat(rows(copy, "`od``d; t\u00e4ble`")).hasSize(ROWS).isEqualTo(rows(database, "`od``d; t\u00e4ble`"));
        assertThat(server.query(copy, "SHOW TABLES")).hasSize(1);
        String trigger =
                "SELECT ACTION_STATEMENT, SQL_MODE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '%s'";
        assertThat(server.query(copy, trigger.formatted(copy)))
                .hasSize(1)
                .isEqualTo(server.query(database, trigger.formatted(database)));
    }

    @Test
    void rowsOfADumpThatTurnsAutocommitOffStay() throws Exception {
        Path dump = tools.dump(database, "--no-autocommit", "--skip-disable-keys");
        Path sql = directory.resolve("rows.sql");
        Name parent = new Name(null, "parent");
        String copy = server.newDatabase();
        server.execute(copy, "CREATE TABLE parent (id INT PRIMARY KEY, name VARCHAR(50))");

        extract(dump, new TableChoice(List.of(parent), null, false, true), sql, Map.of(parent, (long) ROWS));
        tools.load(sql, copy);

        assertThat(server.query(copy, "SELECT id FROM parent")).hasSize(ROWS);
    }

    @Test
    void loadsATableUnderAnotherNameBesideTheFirst() throws Exception {
        Path dump = tools.dump(database, "--databases");
        Path sql = directory.resolve("table.sql");

        extract(
                dump,
                new TableChoice(List.of(new Name(null, "parent")), "parent before", true, true),
                sql,
                Map.of(new Name(database, "parent"), (long) ROWS));
        tools.load(sql, database);

        String all = "SELECT id, name FROM %s ORDER BY id";
        assertThat(server.query(database, all.formatted("`parent before`")))
                .hasSize(ROWS)
                .isEqualTo(server.query(database, all.formatted("parent")));
    }
}
