package org.heratio.offsite.ledger;

import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.HangLimit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the parts of the contract share: an open ledger on an empty database, and ways to bring it into a state. */
abstract class LedgerSuite {
    static final List<String> LOCALFS = List.of("localfs");
    static final List<String> BOTH = List.of("localfs", "s3");
    static final Failure DENIED = new Failure(ErrorCode.DESTINATION_DENIED, "no right to write", "give it");
    static final Failure INCOMPLETE = new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "ends in the middle", null);
    static final Failure ROTTEN = new Failure(ErrorCode.COPY_CORRUPT, "other bytes", null);
    static final String SHA = "a".repeat(64);
    static final String PAYLOAD_SHA = "b".repeat(64);

    final Vertx vertx = Vertx.vertx();
    final ManualClock clock = new ManualClock();
    private final List<Ledger> opened = new ArrayList<>();
    Ledger ledger;

    /** A database that is empty at the first call in a test, and the same afterwards. */
    protected abstract LedgerConfig config();

    @BeforeEach
    void openTheLedger() throws LedgerException {
        ledger = open(patient(config()).withLossPause(() -> {}));
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Ledger::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Many threads that share few connections wait for one another for as long as a slow machine takes. */
    static LedgerConfig patient(LedgerConfig config) {
        return config.withPatience(HangLimit.STEP);
    }

    Ledger open(LedgerConfig config) throws LedgerException {
        Ledger another = JdbcLedger.open(vertx, config, clock);
        synchronized (opened) {
            opened.add(another);
        }
        return another;
    }

    static ArchiveFile file(String name, long size, long mtimeSeconds) {
        return new ArchiveFile("/backups/" + name, name, size, mtimeSeconds * 1_000_000_000L);
    }

    Version settled(String name, long mtimeSeconds) throws LedgerException {
        return ledger.versions().settle(file(name, 10, mtimeSeconds), clock.millis(), LOCALFS, false);
    }

    Payload seal(Version version) throws LedgerException {
        return ledger.payloads()
                .record(version.id(), SHA, version.id() + ".pgp", PAYLOAD_SHA, 99, true)
                .orElseThrow();
    }

    /** The copy of a version that was settled, sealed and put. */
    Copy shipped(Version version) throws LedgerException {
        Payload payload = seal(version);
        for (Copy copy : ledger.copies().ofVersion(version.id())) {
            ledger.copies().recordPendingPut(copy.id(), remotePath(version), payload);
            ledger.copies().replicated(copy.id(), remotePath(version), payload);
        }
        return copyOf(version);
    }

    Copy copyOf(Version version) throws LedgerException {
        return ledger.copies().ofVersion(version.id()).get(0);
    }

    /** As the ledger has it now. */
    Copy now(Copy copy) throws LedgerException {
        return ledger.copies().find(copy.id()).orElseThrow();
    }

    static String remotePath(Version version) {
        return "/offsite/" + version.remoteName() + ".gpg";
    }

    /** The copies of a whole sweep, read in small pages. */
    List<Copy> due(Ledger from, boolean all, @Nullable LocalDate day, @Nullable String driver) throws LedgerException {
        Proofs.Sweep sweep = new Proofs.Sweep(all, day, driver, clock.millis());
        List<Copy> copies = new ArrayList<>();
        Proofs.Place after = null;
        while (true) {
            List<Copy> page = from.proofs().due(sweep, after, 2);
            copies.addAll(page);
            if (page.size() < 2) {
                return copies;
            }
            after = Proofs.Place.of(page.get(1));
        }
    }

    ReplicationRow publicRow(String name) throws LedgerException {
        return ledger.view().history(1000, null).stream()
                .filter(row -> row.localPath().equals("/backups/" + name))
                .findFirst()
                .orElseThrow();
    }

    /** Runs a call in another thread. */
    static <T> CompletableFuture<T> atTheSameTime(Callable<T> call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    void sql(String statement) {
        try (Connection connection = connect();
                Statement run = connection.createStatement()) {
            run.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    long count(String query) {
        try (Connection connection = connect();
                PreparedStatement run = connection.prepareStatement(query);
                ResultSet result = run.executeQuery()) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(config().jdbcUrl(), config().user(), config().password());
    }

    /** Stands still until it is told to go on. */
    static final class ManualClock extends Clock {
        private Instant now = Instant.parse("2026-01-02T03:04:05Z");

        synchronized void advanceSeconds(long seconds) {
            now = now.plusSeconds(seconds);
        }

        @Override
        public synchronized Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
