package org.heratio.offsite.app.heratio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.MariaDbTools;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tables out of dumps that were shipped, by the command. */
@ExtendWith(SharedDatabases.class)
@Timeout(HangLimit.TEST_SECONDS)
final class RestoreTableIT {
    private static final String DUMP = "database_heratio_2026-11-20_031500.sql.gz";
    private static final String WARNING =
            "mysqldump: [Warning] Using a password on the command line interface can be insecure.";

    private final MariaDbServer server;

    @TempDir
    Path directory;

    private OffsiteHome home;
    private MariaDbTools tools;

    RestoreTableIT(MariaDbServer server) {
        this.server = server;
    }

    @BeforeEach
    void makeAHome() throws IOException {
        home = new OffsiteHome(directory);
        tools = new MariaDbTools(server, directory);
    }

    @AfterEach
    void close() {
        home.close();
    }

    private void land(String name, String begin, byte[] dump) throws IOException {
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(home.backups().resolve(name)))) {
            out.write(begin.getBytes(StandardCharsets.UTF_8));
            out.write(dump);
        }
    }

    private OffsiteProcess.Exit restore(String... arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 1];
        all[0] = "restore";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return home.run(OffsiteHome.LONG, all);
    }

    @Test
    void aTableOfADumpIsLoadedIntoAnotherDatabase() throws Exception {
        String database = server.newDatabase();
        server.execute(
                database,
                "CREATE TABLE users (id INT PRIMARY KEY, name TEXT)",
                "CREATE TABLE other (id INT)",
                "INSERT INTO users VALUES (0, 'it''s; \u00fc'), (1, NULL)",
                "INSERT INTO other VALUES (1)");
        // as Heratio's web page writes it, with what the dump program says in its first line
        land(DUMP, WARNING + "\n", Files.readAllBytes(tools.dump(database)));
        home.replicate();

        OffsiteProcess.Exit exit = restore(DUMP, "--table", "users");

        assertThat(exit.code()).as("%s", exit).isZero();
        assertThat(exit.out()).contains("table users: 2 rows", WARNING, "the dump is complete");
        Path sql = home.root().resolve("database_heratio_2026-11-20_031500.users.sql");
        String copy = server.newDatabase();
        tools.load(sql, copy);
        assertThat(server.query(copy, "SELECT * FROM users ORDER BY id"))
                .isEqualTo(server.query(database, "SELECT * FROM users ORDER BY id"));
        assertThat(server.query(copy, "SHOW TABLES")).hasSize(1);

        OffsiteProcess.Exit again = restore(DUMP, "--table", "users");
        assertThat(again.code()).as("%s", again).isEqualTo(1);
        assertThat(again.err()).contains("is there already", "--force");
        OffsiteProcess.Exit unknown = restore(DUMP, "--table", "user", "--to", "unknown.sql");
        assertThat(unknown.code()).as("%s", unknown).isEqualTo(1);
        assertThat(unknown.err()).contains("has no table user", "other, users");
        assertThat(home.root().resolve("unknown.sql")).doesNotExist();
        assertThat(restore(DUMP, "--as", "x").code()).isEqualTo(2);
        assertThat(restore(DUMP, "--table", "users", "--table", "other", "--as", "x")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void whatIsNoWholeDumpGivesNoTable() throws Exception {
        land("cut.sql.gz", "", "INSERT INTO t VALUES (1,'a".getBytes(StandardCharsets.UTF_8));
        land("pg.sql.gz", "", "--\n-- PostgreSQL database dump\n--\nSET x = 0;\n".getBytes(StandardCharsets.UTF_8));
        new SampleArchives(home.backups(), 3).make("some.tar.gz", 20_000);
        home.replicate();

        for (String name : new String[] {"cut.sql.gz", "pg.sql.gz", "some.tar.gz"}) {
            OffsiteProcess.Exit exit = restore(name, "--table", "t", "--to", "t.sql");

            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.err())
                    .contains(
                            name.startsWith("cut") ? "was cut off" : "has no table t",
                            name.startsWith("pg") ? "pg_dump" : "");
            assertThat(home.root().resolve("t.sql")).doesNotExist();
        }
    }
}
