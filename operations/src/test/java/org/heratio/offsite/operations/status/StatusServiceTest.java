package org.heratio.offsite.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.inventory.ListedDirectory;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real ledger, without a process. */
class StatusServiceTest {
    private static final List<String> DRIVERS = List.of("localfs");

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private Path backups;
    private Settings settings;
    private Ledger ledger;

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
        ledger = LedgerFixture.h2(vertx, root.resolve("ledger"));
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    private Status look(Duration later) throws Exception {
        Clock clock = Clock.offset(Clock.systemUTC(), later);
        return new StatusService(settings, ledger, new ListedDirectory(backups), clock).look();
    }

    private ArchiveFile archive(String name) throws Exception {
        Path file = Files.writeString(backups.resolve(name), "an archive");
        return new ArchiveFile(
                file.toString(),
                name,
                Files.size(file),
                Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS));
    }

    @Test
    void isWellWhileNothingHasFailed() throws Exception {
        ledger.versions().settle(archive("a.gz"), 1, DRIVERS, false);

        Status status = look(Duration.ZERO);

        assertThat(status.ok()).isTrue();
        assertThat(status.archives()).isEqualTo(Map.of(VersionState.SETTLED, 1L));
        assertThat(status.copies()).isEqualTo(Map.of("localfs", Map.of(CopyState.PENDING, 1L)));
        assertThat(status.safe()).isEqualTo(new Status.Safe(0, 1, DRIVERS));
    }

    @Test
    void countsAFailedArchiveApartOnceItIsDeleted() throws Exception {
        ledger.versions().settle(archive("a.gz"), 1, DRIVERS, false);
        ArchiveFile cut = archive("cut.gz");
        ledger.versions().reject(cut, DRIVERS, new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it is cut", null));
        assertThat(look(Duration.ZERO))
                .extracting(
                        Status::ok,
                        Status::deletedUnshipped,
                        found -> found.archives().get(VersionState.FAILED))
                .containsExactly(false, 0, 1L);

        Files.delete(Path.of(cut.path()));
        Status status = look(Duration.ofDays(30));

        assertThat(status.ok()).isTrue();
        assertThat(status.deletedUnshipped()).isOne();
        assertThat(status.archives()).doesNotContainKey(VersionState.FAILED);
        assertThat(status.safe().of()).as("archives that can still be shipped").isOne();
    }

    @Test
    void isNotWellWithoutItsBackupDirectory() throws Exception {
        Files.delete(backups);

        Status status = look(Duration.ZERO);

        assertThat(status.ok()).isFalse();
        assertThat(status.unreadable().places())
                .singleElement()
                .satisfies(place -> assertThat(place.localPath()).isEqualTo(backups.toString()));
    }
}
