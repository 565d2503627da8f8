package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Trees;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that is lost is told from one that was never made. */
class LostLedgerTest {
    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<Ledger> opened = new ArrayList<>();
    private Path state;
    private Path file;

    @BeforeEach
    void nameTheFiles() {
        state = directory.resolve("state");
        file = state.resolve("ledger/offsite.mv.db");
    }

    @AfterEach
    void close() {
        opened.forEach(Ledger::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Installation installation() {
        return new Installation(state, state.resolve("spool"), "H2 in a test", false);
    }

    private Ledger open() throws LedgerException {
        return open(LedgerConfig.h2(state).of(installation()));
    }

    private Ledger open(LedgerConfig config) throws LedgerException {
        Ledger ledger = JdbcLedger.open(vertx, config, Clock.systemUTC());
        opened.add(ledger);
        return ledger;
    }

    private static void assertLost(ThrowingCallable call, String... words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LedgerException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.LEDGER_LOST);
            assertThat(e.failure().oneLine()).contains(words);
        });
    }

    private static void settle(Ledger ledger) throws LedgerException {
        ledger.versions().settle(new ArchiveFile("/backups/a.gz", "a.gz", 1, 1), 1, List.of("localfs"), false);
    }

    @Test
    void leavesAMarkerForItsOwnerAloneAlsoForALedgerOfAnOlderBuild() throws Exception {
        open(LedgerConfig.h2(state)).close();
        Files.createDirectories(state.resolve("places"));
        Files.writeString(state.resolve("places/localfs"), "/mnt");

        Ledger ledger = open();

        assertThat(Files.readAllLines(installation().marker()).get(0)).isEqualTo(ledger.installationId());
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(installation().marker())))
                .isEqualTo("rw-------");
    }

    @Test
    void beginsNoNewLedgerWhereTheOldOneWasDeleted() throws Exception {
        open().close();
        Trees.delete(file.getParent());

        assertLost(this::open, installation().marker().toString(), "put the ledger back");
        assertThat(file.getParent()).doesNotExist();

        Files.delete(installation().marker());
        open();
    }

    @Test
    void beginsNoNewLedgerWherePayloadsOrJournalsAreLeft() throws Exception {
        for (String trace : List.of("spool/v1-0-0-0-0-0.payload", "s3/upload", "places/rsync")) {
            Path left = state.resolve(trace);
            Files.createDirectories(left.getParent());
            Files.writeString(left, "x");

            assertLost(this::open, left.getParent().toString());

            Files.delete(left);
        }
        open();
    }

    @Test
    void aSpoolThatCannotBeLookedIntoIsNoTraceOfALedger() throws Exception {
        Path spool = state.resolve("spool");
        Files.createDirectories(state);
        // an error that root gets too
        Files.createSymbolicLink(spool, spool);
        assertThatThrownBy(this::open).isInstanceOfSatisfying(LedgerException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.LEDGER_REFUSED);
            assertThat(e.failure().oneLine())
                    .contains(spool + " cannot be looked into", "give it to the user that runs offsite");
        });
        assertThat(file).doesNotExist();

        Path left = Files.createDirectories(state.resolve("places"));
        Files.writeString(left.resolve("rsync"), "x");
        assertLost(this::open, "has left " + left);

        Trees.delete(left);
        Files.delete(spool);
        open().close();
        Files.createSymbolicLink(spool, spool);
        open();
    }

    @Test
    void takesAnEmptiedFileForNoLedgerWhateverElseIsThere() throws Exception {
        open().close();
        empty();
        assertLost(this::open, "emptied");

        Files.delete(installation().marker());
        assertLost(this::open, "emptied");
        assertThat(file).isEmptyFile();
    }

    @Test
    void takesADatabaseWithoutOurTablesForNoLedger() throws Exception {
        open().close();
        Files.move(file.getParent(), directory.resolve("aside"));
        LedgerConfig elsewhere = new LedgerConfig("jdbc:h2:file:" + directory.resolve("other/empty"), "", "");

        assertLost(
                () -> open(elsewhere.of(installation())),
                installation().marker().toString());
    }

    @Test
    void refusesAnotherLedgerThanItsOwnAndRestoresFromItIfItHasArchives() throws Exception {
        open().close();
        LedgerConfig other = new LedgerConfig("jdbc:h2:file:" + directory.resolve("other/ledger"), "", "");
        Ledger foreign = open(other);

        assertLost(
                () -> open(other.of(installation())),
                foreign.installationId(),
                "delete " + installation().marker());
        assertLost(() -> open(other.of(installation().tolerating())), foreign.installationId());

        settle(foreign);
        assertThat(open(other.of(installation().tolerating())).view().restorable("nothing"))
                .isEmpty();
        assertLost(() -> open(other.of(installation())), foreign.installationId());

        Files.delete(installation().marker());
        open(other.of(installation()));
    }

    @Test
    void acknowledgesNothingOnceItsFileIsDeleted() throws Exception {
        Ledger ledger = open();
        settle(ledger);
        Trees.delete(file.getParent());

        assertLost(ledger::requirePresent, file.toString());
        assertLost(() -> settle(ledger), "deleted");
        assertLost(ledger.versions()::newest, "deleted");
        ledger.close();
        assertThat(file).doesNotExist();
    }

    @Test
    void acknowledgesNothingOnceItsFileIsReplaced() throws Exception {
        Ledger ledger = open();
        Files.copy(file, directory.resolve("copy"));
        Files.delete(file);
        Files.move(directory.resolve("copy"), file);

        assertLost(() -> settle(ledger), "replaced");
    }

    @Test
    void leavesAnEmptiedFileEmpty() throws Exception {
        Ledger ledger = open();
        settle(ledger);
        empty();

        assertLost(() -> settle(ledger), "emptied");
        ledger.close();

        assertThat(file).isEmptyFile();
        assertLost(this::open, "emptied");
    }

    @Test
    void seesThatAFileWasEmptiedAlsoAfterTheDatabaseHasWrittenIntoIt() throws Exception {
        Ledger ledger = open();
        settle(ledger);
        await().atMost(HangLimit.STEP).until(() -> Files.size(file) > 8192);
        ledger.requirePresent();
        try (RandomAccessFile other = new RandomAccessFile(file.toFile(), "rw")) {
            long before = other.length();
            other.setLength(0);
            other.seek(before);
            other.write("chunk:".getBytes(StandardCharsets.US_ASCII));
        }

        assertLost(ledger::requirePresent, "emptied");
        assertLost(() -> settle(ledger), "emptied");
        ledger.close();

        assertThat(file).isEmptyFile();
    }

    /** As H2 leaves it when its disk refuses what was acknowledged before. */
    @Test
    void goesOnInNoLedgerThatWentBackInTime() throws Exception {
        Ledger ledger = open();
        settle(ledger);

        goBackToBefore(() ->
                ledger.versions().settle(new ArchiveFile("/backups/b.gz", "b.gz", 1, 1), 1, List.of("localfs"), false));

        ledger.requirePresent();
        assertLost(() -> settle(ledger), "went back in time", "verify-integrity --all");
        assertLost(() -> settle(ledger), "went back in time");
        assertLost(ledger::requirePresent, "went back in time");
    }

    @Test
    void goesOnInNoLedgerThatWentBackToBeforeItsFirstFact() throws Exception {
        Ledger ledger = open();

        goBackToBefore(() -> settle(ledger));

        assertLost(() -> settle(ledger), "went back in time");
        assertLost(ledger::requirePresent, "went back in time");
    }

    private void goBackToBefore(Fact fact) throws Exception {
        LedgerConfig config = LedgerConfig.h2(state);
        try (Connection other = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                Statement statement = other.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
            Files.copy(file, directory.resolve("older"));
            fact.record();
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException e) {
            // it is closed already
        }
        byte[] old = Files.readAllBytes(directory.resolve("older"));
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.write(old);
            disk.setLength(old.length);
        }
    }

    private interface Fact {
        void record() throws LedgerException;
    }

    private void empty() throws IOException {
        Files.newByteChannel(file, StandardOpenOption.WRITE).truncate(0).close();
    }
}
