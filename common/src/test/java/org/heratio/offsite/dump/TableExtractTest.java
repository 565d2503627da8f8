package org.heratio.offsite.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.dump.TableChoice.Name;
import org.junit.jupiter.api.Test;

final class TableExtractTest {
    private static final String DUMP = """
            /*!40101 SET NAMES utf8mb4, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
            /*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
            SET @@SESSION.SQL_LOG_BIN= 0;
            CREATE DATABASE `her`;
            USE `her`;
            DROP TABLE IF EXISTS `item`;
            CREATE TABLE `item` (`id` int, CONSTRAINT `item` CHECK (`id` > 0));
            LOCK TABLES `item` WRITE;
            INSERT INTO `item` VALUES (1),(2);
            UNLOCK TABLES;
            DELIMITER ;;
            /*!50003 CREATE*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `item` FOR EACH ROW BEGIN SET @x=1; END */;;
            DELIMITER ;
            DROP TABLE IF EXISTS `other`;
            CREATE TABLE `other` (`id` int);
            INSERT INTO `other` VALUES (3);
            USE `second`;
            CREATE TABLE `item` (`id` int);
            INSERT INTO `item` VALUES (9);
            /*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
            """;

    /**
     * What came out of the dump.
     *
     * @param found rows by table
     */
    private record Extracted(String sql, Map<Name, Long> found, List<Name> others) {}

    private static Extracted extract(TableChoice choice) throws IOException {
        return extract(choice, DUMP, StandardCharsets.UTF_8);
    }

    private static Extracted extract(TableChoice choice, String dump, Charset charset) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TableExtract extract = new TableExtract(choice, out);
        DumpLexer lexer = new DumpLexer(extract);
        byte[] bytes = dump.getBytes(charset);
        lexer.update(bytes, 0, bytes.length);
        lexer.finish();
        extract.finish();
        return new Extracted(out.toString(charset), extract.found(), List.copyOf(extract.others()));
    }

    private static TableChoice choice(String table) {
        return new TableChoice(List.of(Name.of(table)), null, true, true);
    }

    @Test
    void takesATableWithItsRowsItsTriggersAndTheSession() throws IOException {
        Extracted extracted = extract(choice("her.item"));

        assertThat(extracted.sql()).isEqualTo("""
                        /*!40101 SET NAMES utf8mb4, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
                        /*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
                        DROP TABLE IF EXISTS `item`;
                        CREATE TABLE `item` (`id` int, CONSTRAINT `item` CHECK (`id` > 0));
                        INSERT INTO `item` VALUES (1),(2);
                        DELIMITER ;;
                        /*!50003 CREATE*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `item` FOR EACH ROW BEGIN SET @x=1; END */;;
                        DELIMITER ;
                        /*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
                        COMMIT;
                        """);
        assertThat(extracted.found()).isEqualTo(Map.of(new Name("her", "item"), 2L));
        assertThat(extracted.others()).containsExactly(new Name("her", "other"), new Name("second", "item"));
    }

    @Test
    void givesATableAnotherNameWithoutItsTriggers() throws IOException {
        TableChoice as = new TableChoice(List.of(Name.of("her.item")), "back`up", true, true);

        assertThat(extract(as).sql())
                .contains(
                        "DROP TABLE IF EXISTS `back``up`;\n",
                        "CREATE TABLE `back``up` (`id` int, CONSTRAINT `item`",
                        "INSERT INTO `back``up` VALUES (1),(2);\n")
                .doesNotContain("TRIGGER", "`item` VALUES");
    }

    @Test
    void takesRowsAlone() throws IOException {
        TableChoice rows = new TableChoice(List.of(Name.of("other")), null, false, true);

        assertThat(extract(rows).sql())
                .contains("INSERT INTO `other` VALUES (3);")
                .doesNotContain("CREATE", "DROP", "TRIGGER", "item");
    }

    @Test
    void findsATableOfSeveralDatabases() throws IOException {
        assertThat(extract(choice("item")).found())
                .isEqualTo(Map.of(new Name("her", "item"), 2L, new Name("second", "item"), 1L));
        assertThat(extract(choice("none")).found()).isEmpty();
    }

    @Test
    void aViewKeepsItsName() throws IOException {
        Extracted extracted =
                extract(new TableChoice(List.of(Name.of("v")), "w", true, true), """
                        /*!50001 DROP VIEW IF EXISTS `v`*/;
                        /*!50001 CREATE VIEW `v` AS SELECT 1 */;
                        """, StandardCharsets.UTF_8);

        assertThat(extracted.found()).isEmpty();
        assertThat(extracted.others()).containsExactly(Name.of("v"));
    }

    @Test
    void leavesOutWhatConcernsTheWholeServer() throws IOException {
        Extracted extracted = extract(choice("t"), """
                        SET SQL_MODE='';
                        SET GLOBAL max_connections=1;
                        SET PASSWORD = 'x';
                        INSERT INTO `t` VALUES (1);
                        """, StandardCharsets.UTF_8);

        assertThat(extracted.sql()).isEqualTo("""
                        SET SQL_MODE='';
                        INSERT INTO `t` VALUES (1);
                        COMMIT;
                        """);
    }

    @Test
    void aNameInLatin1KeepsItsBytes() throws IOException {
        String rows = "INSERT INTO `d`.`\u00fcbung` VALUES ('\u00e4');\n";

        Extracted extracted = extract(
                choice("\u00fcbung"),
                "/*!40101 SET NAMES latin1, SQL_MODE='' */;\n" + rows,
                StandardCharsets.ISO_8859_1);

        assertThat(extracted.sql()).contains(rows.replace("`d`.", ""));
        assertThat(extracted.found()).containsOnlyKeys(new Name("d", "\u00fcbung"));
    }

    @Test
    void severalTablesCannotHaveOneName() {
        assertThatThrownBy(() -> new TableChoice(List.of(Name.of("a"), Name.of("b")), "c", true, true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
