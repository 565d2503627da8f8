package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.Trees;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and services refuse a ledger that was deleted or emptied, instead of starting a new one. */
class LostLedgerIT {
    @TempDir
    Path directory;

    private OffsiteHome home;
    private Path ledger;

    @BeforeEach
    void shipAnArchive() throws Exception {
        home = new OffsiteHome(directory).onEmbeddedLedger();
        ledger = home.state().resolve("ledger");
        new SampleArchives(home.backups(), 1).make("a.sql.gz", 1_000);
        home.replicate();
    }

    @AfterEach
    void endAll() {
        home.close();
    }

    private OffsiteProcess serve() throws IOException {
        OffsiteProcess serve = home.start("serve");
        await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains(": serving ") || !serve.running());
        assertThat(serve.running()).as(serve.err()).isTrue();
        return serve;
    }

    private void empty() throws IOException {
        FileChannel.open(
                        ledger.resolve("offsite.mv.db"), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close();
    }

    @Test
    void aServiceStopsWhenItsLedgerIsDeletedAndNoCommandMakesANewOne() throws Exception {
        OffsiteProcess serve = serve();

        Trees.delete(ledger);

        OffsiteProcess.Exit exit = serve.await(OffsiteHome.SHORT);
        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(exit.err()).contains("ERROR", "LEDGER_LOST", "offsite.mv.db was deleted", "HINT: stop offsite");
        String marker = home.state().resolve("installation").toString();
        for (String[] command : new String[][] {
            {"serve"}, {"replicate"}, {"status"}, {"history"}, {"versions", "a.sql.gz"}, {"verify-integrity"}
        }) {
            assertThat(home.run(ExitCode.UNAVAILABLE, command).err())
                    .contains("LEDGER_LOST", "is gone", marker, "HINT: put");
        }
        assertThat(home.run(ExitCode.UNAVAILABLE, "restore", "a.sql.gz").err()).contains("LEDGER_LOST");
        assertThat(home.run(ExitCode.FAILED, "doctor").out()).contains("FAIL  the ledger is gone", marker);
        assertThat(ledger.resolve("offsite.mv.db")).doesNotExist();
    }

    @Test
    void aServiceStopsWhenItsLedgerIsEmptiedAndDoesNotStartAgain() throws Exception {
        OffsiteProcess serve = serve();

        empty();

        OffsiteProcess.Exit exit = serve.await(OffsiteHome.SHORT);
        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(exit.err()).contains("LEDGER_LOST", "was emptied");
        assertThat(ledger.resolve("offsite.mv.db")).isEmptyFile();
        assertThat(home.run(ExitCode.UNAVAILABLE, "serve").err()).contains("LEDGER_LOST", "was emptied");
        assertThat(home.run(ExitCode.UNAVAILABLE, "status").out()).isEmpty();
    }

    @Test
    void aServiceStopsWhenTheTablesOfItsLedgerAreDroppedAndNoCommandMakesThemAnew() throws Exception {
        OffsiteProcess serve = serve();
        LedgerConfig config = LedgerConfig.h2(home.state());
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP ALL OBJECTS");
        }

        OffsiteProcess.Exit exit = serve.await(OffsiteHome.SHORT);

        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(exit.err()).contains("LEDGER_LOST", "tables were dropped", "HINT: put the ledger back");
        assertThat(home.run(ExitCode.UNAVAILABLE, "serve").err()).contains("LEDGER_LOST");
    }

    /** As H2 leaves it when its disk refuses what was acknowledged before. */
    @Test
    void aServiceStopsWhenItsLedgerWentBackInTime() throws Exception {
        OffsiteProcess serve = serve();
        Path file = ledger.resolve("offsite.mv.db");
        LedgerConfig config = LedgerConfig.h2(home.state());
        byte[] older = new byte[0];
        // the service has the database open, and serves this process
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
            older = Files.readAllBytes(file);
            new SampleArchives(home.backups(), 2).make("b.sql.gz", 1_000);
            await().atMost(OffsiteHome.SHORT)
                    .until(() -> serve.err()
                            .lines()
                            .anyMatch(line -> line.contains("Verified") && line.contains("b.sql.gz")));
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException e) {
            // it is closed already
        }
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.write(older);
            disk.setLength(older.length);
        }
        assertThat(older).as("the service let this process in").isNotEmpty();
        new SampleArchives(home.backups(), 3).make("c.sql.gz", 1_000);

        OffsiteProcess.Exit exit = serve.await(OffsiteHome.SHORT);

        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(exit.err()).contains("LEDGER_LOST", "went back in time");
    }

    @Test
    void beginsANewLedgerOnceWhatTheOldOneLeftIsDeleted() throws Exception {
        Trees.delete(ledger);
        String refusal = home.run(ExitCode.UNAVAILABLE, "replicate").err();
        assertThat(refusal).contains("delete " + home.state().resolve("installation"));

        Files.delete(home.state().resolve("installation"));
        Trees.delete(home.state().resolve("places"));

        home.replicate();
        home.run(ExitCode.OK, "status");
    }

    @Test
    void aLedgerThatMovedIsToldAndRestoresMeanwhile() throws Exception {
        Path copy = Files.createDirectory(home.root().resolve("other"));
        home.set("BACKUP_OFFSITE_LEDGER_URL", "jdbc:h2:file:" + copy.resolve("ledger"));
        assertThat(home.run(ExitCode.UNAVAILABLE, "replicate").err()).contains("is gone", "BACKUP_OFFSITE_LEDGER_URL");
        home.set("BACKUP_OFFSITE_STATE_DIR", home.root().resolve("otherstate").toString());
        home.replicate();

        home.set("BACKUP_OFFSITE_STATE_DIR", home.root().resolve("state").toString());

        for (String[] command : new String[][] {{"replicate"}, {"status"}, {"history"}, {"versions", "a.sql.gz"}}) {
            assertThat(home.run(ExitCode.UNAVAILABLE, command).err())
                    .contains(
                            "LEDGER_LOST", "has the id", "delete " + home.root().resolve("state/installation"));
        }
        Path restored = home.root().resolve("restored.gz");
        assertThat(home.run(ExitCode.OK, "restore", "a.sql.gz", "--to", restored.toString())
                        .err())
                .contains("has the id");
        assertThat(restored).hasSameBinaryContentAs(home.backups().resolve("a.sql.gz"));

        Files.delete(home.root().resolve("state/installation"));
        home.run(ExitCode.OK, "replicate");
    }
}
