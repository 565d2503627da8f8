package org.heratio.offsite.operations.status;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A backup directory and a real ledger for each test. */
abstract class StatusTestCase {
    static final List<String> DRIVERS = List.of("localfs");

    @TempDir
    Path directory;

    final Vertx vertx = Vertx.vertx();
    private final Clock clock;
    Path backups;
    Settings settings;
    Ledger ledger;

    /** @param clock of the ledger */
    StatusTestCase(Clock clock) {
        this.clock = clock;
    }

    @BeforeEach
    void open() throws Exception {
        Path root = directory.toRealPath();
        backups = Files.createDirectory(root.resolve("backups"));
        settings = KnownDrivers.settings(
                        Map.of(
                                "HERATIO_BACKUPS_PATH", backups.toString(),
                                "BACKUP_OFFSITE_STATE_DIR",
                                        root.resolve("state").toString(),
                                "BACKUP_OFFSITE_LOCALFS_PATH",
                                        root.resolve("offsite").toString()),
                        root)
                .load(null);
        ledger = LedgerFixture.h2(vertx, root.resolve("ledger"), clock);
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    /** Returns an archive as a scan finds it. */
    static ArchiveFile found(Path file) throws Exception {
        return new ArchiveFile(
                file.toString(),
                String.valueOf(file.getFileName()),
                Files.size(file),
                Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS));
    }
}
