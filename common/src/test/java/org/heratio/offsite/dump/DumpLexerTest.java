package org.heratio.offsite.dump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DumpLexerTest {
    private static List<String> shown(String dump) throws IOException {
        return Collected.read(dump).collected().shown();
    }

    @Test
    void tellsTheStatementsOfAnOrdinaryDump() throws IOException {
        assertThat(shown("""
                        /*M!999999\\- enable the sandbox mode */
                        -- MariaDB dump 10.19  Distrib 10.11.19-MariaDB
                        --
                        /*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
                        SET @@SESSION.SQL_LOG_BIN= 0;
                        SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'a:1-5';
                        -- CHANGE MASTER TO MASTER_LOG_FILE='mysql-bin.000003', MASTER_LOG_POS=4;
                        CREATE DATABASE /*!32312 IF NOT EXISTS*/ `heratio` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;
                        USE `heratio`;
                        DROP TABLE IF EXISTS `item`;
                        /*!40101 SET character_set_client = utf8mb4 */;
                        CREATE TABLE `item` (
                          `id` int(11) NOT NULL COMMENT 'a;b'
                        );
                        LOCK TABLES `item` WRITE;
                        /*!40000 ALTER TABLE `item` DISABLE KEYS */;
                        INSERT INTO `item` VALUES (1),
                        (2),(3);
                        INSERT INTO `item` (`id`) VALUES (4),(5);
                        UNLOCK TABLES;
                        -- Dump completed on 2026-05-26  1:00:00
                        """))
                .containsExactly(
                        "SET",
                        "REPLICATION",
                        "REPLICATION",
                        "DATABASE heratio",
                        "USE heratio",
                        "DROP_TABLE item in heratio",
                        "SET in heratio",
                        "CREATE_TABLE item in heratio",
                        "LOCK in heratio",
                        "ALTER_TABLE item in heratio",
                        "ROWS item in heratio rows 3",
                        "ROWS item in heratio rows 2",
                        "LOCK in heratio");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO `t` VALUES ('a;b','c\\';d','e\\\\');",
                "INSERT INTO `t` VALUES ('it''s; here');",
                "INSERT INTO `t` VALUES (\"a;'b\");",
                "INSERT INTO `t` VALUES (_binary '\u0000\u00ff\\';--\n#');",
                "INSERT INTO `t` /* ; ' */ VALUES (1);",
                "INSERT INTO `t` VALUES (1) -- ; it's\n;",
                "INSERT INTO `t` VALUES (1) # ; it's\n;",
                "INSERT INTO `t` VALUES (5--3);",
                "INSERT INTO `t` VALUES (5/3*2);",
                "INSERT INTO `db`.`t` VALUES (1);",
                "INSERT IGNORE INTO t VALUES (1);",
                "REPLACE INTO \"t\" VALUES ('\\\\\\'');",
            })
    void endsAStatementAtItsDelimiterAlone(String statement) throws IOException {
        List<Collected.Whole> read =
                Collected.read(statement + "\nUNLOCK TABLES;").collected().statements;

        assertThat(read).hasSize(2);
        assertThat(read.get(0).text()).isEqualTo(statement);
        assertThat(read.get(0).statement().kind()).isEqualTo(StatementKind.ROWS);
        assertThat(read.get(0).statement().name()).isEqualTo("t");
        assertThat(read.get(0).rows()).isEqualTo(1);
    }

    @Test
    void aBodyThatLooksLikeCommentsAndTablesIsOneStatement() throws IOException {
        String trigger = """
                /*!50003 CREATE*/ /*!50017 DEFINER=`a;b`@`%`*/ /*!50003 TRIGGER `tr``ick` BEFORE INSERT ON `item` FOR EACH ROW BEGIN
                -- Dumping data for table `other`
                INSERT INTO log VALUES ('
                -- Dump completed
                DELIMITER ;
                CREATE TABLE `fake` (id int);');
                END */;;""";
        List<Collected.Whole> read = Collected.read("DELIMITER ;;\n" + trigger + "\nDELIMITER ;\nUNLOCK TABLES;")
                .collected()
                .statements;

        Statement.Range at = new Statement.Range(64, 73);
        assertThat(read).hasSize(2);
        assertThat(read.get(0).text()).isEqualTo(trigger);
        assertThat(read.get(0).statement())
                .isEqualTo(new Statement(StatementKind.TRIGGER, null, "tr`ick", "item", at, at, 13, ";;", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TABLE `a.b` (x int);|CREATE_TABLE a.b",
                "CREATE TABLE IF NOT EXISTS `d`.`t` (x int);|CREATE_TABLE t in d",
                "CREATE OR REPLACE TABLE t (x int);|CREATE_TABLE t",
                "/*!50001 CREATE VIEW `v` AS SELECT 1 AS `a` */;|VIEW v",
                "/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`r`@`%` SQL SECURITY DEFINER */ /*!50001 VIEW `v` AS SELECT 1 */;|VIEW v",
                "/*!50001 DROP VIEW IF EXISTS `v`*/;|VIEW v",
                "/*M!100003 DROP SEQUENCE IF EXISTS `s` */;|SEQUENCE s",
                "CREATE SEQUENCE `s` start with 1;|SEQUENCE s",
                "DO SETVAL(`s`, 1, 0);|SEQUENCE",
                "/*!50106 CREATE*/ /*!50117 DEFINER=`r`@`%`*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */;|ROUTINE e",
                "CREATE DEFINER=`r`@`%` PROCEDURE `p`() SELECT 1;|ROUTINE p",
                "CREATE DEFINER=`r`@`%` PACKAGE BODY `p` AS END;|ROUTINE p",
                "CHANGE MASTER TO MASTER_LOG_FILE='a', MASTER_LOG_POS=1;|REPLICATION",
                "CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='a';|REPLICATION",
                "SET GLOBAL gtid_slave_pos='0-1-5';|REPLICATION",
                "SET GLOBAL max_connections=1;|OTHER",
                "SET @@global.read_only=1;|OTHER",
                "SET PASSWORD = 'x';|OTHER",
                "/*!40101 SET @x=1, PERSIST sql_mode='' */;|OTHER",
                "SET @x=@@GLOBAL.sql_mode;|SET",
                "START TRANSACTION;|OTHER",
                "ALTER DATABASE `d` CHARACTER SET utf8mb4;|DATABASE d",
                "12 CREATE TABLE;|OTHER",
            })
    void tellsKindsAndNames(String statement, String kind) throws IOException {
        assertThat(shown(statement)).containsExactly(kind);
    }

    @Test
    void aNameIsUtf8() throws IOException {
        byte[] dump = "INSERT INTO `\u00fcbung` VALUES (1);".getBytes(StandardCharsets.UTF_8);

        assertThat(Collected.read(dump, 3, 1).collected().shown()).containsExactly("ROWS \u00fcbung rows 1");
    }

    @Test
    void aNameThatIsNotUtf8IsLatin1() throws IOException {
        assertThat(shown("INSERT INTO `\u00fcbung` VALUES (1);")).containsExactly("ROWS \u00fcbung rows 1");
    }

    @Test
    void aBackslashIsAByteLikeOthersWhereTheSessionSaysSo() throws IOException {
        String trigger = "CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.path = 'C:\\';;";
        String row = "INSERT INTO `t` VALUES ('\\';');";

        List<Collected.Whole> read = Collected.read("/*!50003 SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES' */ ;\n"
                        + "DELIMITER ;;\n" + trigger + "\nDELIMITER ;\n"
                        + "/*!50003 SET sql_mode = @saved_sql_mode */ ;\n" + row)
                .collected()
                .statements;

        assertThat(read).extracting(Collected.Whole::text).contains(trigger).endsWith(row);
        assertThat(read).hasSize(4);
    }

    @Test
    void theLastCommentTellsThatADumpIsComplete() throws IOException {
        assertThat(Collected.read("UNLOCK TABLES;\n-- Dump completed on 2026-05-26")
                        .end())
                .isEqualTo(new DumpEnd(true, false, false, List.of()));
        assertThat(Collected.read("-- Dump completed\nUNLOCK TABLES;\n").end().completed())
                .isFalse();
        assertThat(Collected.read("INSERT INTO t VALUES ('\n-- Dump completed').")
                        .end())
                .isEqualTo(new DumpEnd(false, true, false, List.of()));
    }

    @Test
    void aDumpWithItsFirstCommentAndWithoutItsLastIsCut() throws IOException {
        String dump = "-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB\nUNLOCK TABLES;\n";

        assertThat(Collected.read(dump).end().cut()).isTrue();
        assertThat(Collected.read(dump + "-- Dump completed on 2026-05-26\n")
                        .end()
                        .cut())
                .isFalse();
        assertThat(Collected.read("UNLOCK TABLES;\n").end().cut()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysqldump: [Warning] Using a password on the command line interface can be insecure.",
                "mariadb-dump: Couldn't execute 'SHOW FUNCTION STATUS': it doesn't work",
                "/usr/bin/mysqldump: Deprecated program name",
            })
    void aMessageOfTheDumpProgramIsNoStatement(String warning) throws IOException {

        Collected.Read read = Collected.read(warning + "\n-- MySQL dump 10.13\nUNLOCK TABLES;\n");

        assertThat(read.collected().shown()).containsExactly("LOCK");
        assertThat(read.end().noise()).containsExactly(warning);
    }

    @Test
    void aStatementOfAnyLengthIsPassedOnInPieces() throws IOException {
        byte[] row = ("('" + "x".repeat(1_000) + "'),").getBytes(StandardCharsets.ISO_8859_1);
        long[] seen = new long[2];
        DumpLexer lexer = new DumpLexer(new StatementSink() {
            @Override
            public void begin(Statement statement) {
                assertThat(statement.name()).isEqualTo("t");
            }

            @Override
            public void text(byte[] bytes, int offset, int length) {
                seen[0] += length;
            }

            @Override
            public void end(long rows) {
                seen[1] = rows;
            }
        });
        byte[] start = "INSERT INTO t VALUES ".getBytes(StandardCharsets.ISO_8859_1);
        lexer.update(start, 0, start.length);
        for (int i = 0; i < 10_000; i++) {
            lexer.update(row, 0, row.length);
        }
        lexer.update(new byte[] {';'}, 0, 1);

        assertThat(lexer.finish().cut()).isFalse();
        assertThat(seen).containsExactly(start.length + 10_000L * row.length + 1, 10_000);
    }

    @Test
    void anyDivisionIntoPiecesGivesTheSameStatements() throws IOException {
        Random random = new Random(7);
        List<String> pieces = List.of(
                "INSERT INTO `t` VALUES (1,'a\\'b;'),(2,'--');\n",
                "DELIMITER ;;\n",
                "CREATE TRIGGER `x` BEFORE INSERT ON `t` FOR EACH ROW BEGIN SELECT 1; END;;\n",
                "DELIMITER ;\n",
                "-- a comment; with 'quotes\n",
                "/* another; \" */\n",
                "/*!40000 ALTER TABLE `t` ENABLE KEYS */;\n",
                "mysqldump: Got error: 1 'x;'\n",
                "# third;\n");
        StringBuilder dump = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            dump.append(pieces.get(i % 4 == 0 ? random.nextInt(pieces.size()) : i % pieces.size()));
        }
        byte[] bytes = dump.append("DELIMITER ;\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        Collected.Read whole = Collected.read(bytes, bytes.length, 1);
        List<Collected.Read> others = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            others.add(Collected.read(bytes, 1 + seed * 3, seed));
        }

        assertThat(whole.collected().statements).hasSizeGreaterThan(60);
        assertThat(others).allSatisfy(other -> {
            assertThat(other.collected().statements).isEqualTo(whole.collected().statements);
            assertThat(other.end()).isEqualTo(whole.end());
        });
    }
}
