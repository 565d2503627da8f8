package org.heratio.offsite.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.FailedArchive;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.VersionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletedUnshippedTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final ArchiveFile OTHER = new ArchiveFile("/backups/other.gz", "other.gz", 1, 1);

    @TempDir
    Path backups;

    private FailedArchive failed(Path file, String code) throws Exception {
        FileTime mtime = Files.getLastModifiedTime(file);
        long settled = NOW.minus(Duration.ofDays(1)).toEpochMilli();
        return new FailedArchive(
                1,
                file.toString(),
                Files.size(file),
                mtime.to(TimeUnit.NANOSECONDS),
                true,
                Set.of("s3"),
                Set.of(code),
                settled);
    }

    private long gone(FailedArchive archive, List<ArchiveFile> present, Instant now) {
        return DeletedUnshipped.among(List.of(archive), backups, present, now)
                .archives()
                .size();
    }

    @Test
    void isWhatWasDeletedOrOverwrittenAndNotWhatIsThere() throws Exception {
        Path file = Files.writeString(backups.resolve("a.gz"), "x");
        FailedArchive archive = failed(file, "ARCHIVE_INCOMPLETE");
        assertThat(gone(archive, List.of(OTHER), NOW)).isZero();

        Files.writeString(file, "another one");
        assertThat(gone(archive, List.of(OTHER), NOW)).isOne();
        Files.delete(file);
        assertThat(gone(archive, List.of(OTHER), NOW)).isOne();
    }

    @Test
    void countsApartWhatWasSealedAndThenTakenByNoDestination() throws Exception {
        Path file = Files.writeString(backups.resolve("a.gz"), "x");
        FailedArchive read = failed(file, "ARCHIVE_INCOMPLETE");
        FailedArchive sealed = new FailedArchive(
                2, read.path(), read.size(), read.mtimeNanos(), false, Set.of("s3"), Set.of(), read.settledAt());
        Files.delete(file);
        DeletedUnshipped gone = DeletedUnshipped.among(List.of(read, sealed), backups, List.of(OTHER), NOW);
        assertThat(gone.versions()).isOne();
        assertThat(gone.sealed()).isOne();
    }

    @Test
    void isNothingWhileTheDiskMayNotBeMountedOrTheDirectoryIsAnother() throws Exception {
        Path file = Files.writeString(backups.resolve("a.gz"), "x");
        FailedArchive archive = failed(file, "DESTINATION_DENIED");
        Files.delete(file);
        assertThat(gone(archive, List.of(), NOW)).isZero();
        assertThat(DeletedUnshipped.among(List.of(archive), Path.of("/elsewhere"), List.of(OTHER), NOW)
                        .archives())
                .isEmpty();
    }

    @Test
    void isNotAtOnceWhatNobodyCouldSeeFail() throws Exception {
        Path file = Files.writeString(backups.resolve("a.gz"), "x");
        FailedArchive archive = failed(file, "ARCHIVE_GONE");
        Files.delete(file);
        assertThat(gone(archive, List.of(OTHER), NOW)).isZero();
        assertThat(gone(archive, List.of(OTHER), NOW.plus(Duration.ofDays(7)))).isOne();
    }

    @Test
    void knowsANameThatIsNotValidHereAsTheScanWritesIt() {
        ArchiveFile escaped = new ArchiveFile(backups + "/caf\\xe9.gz", "caf\\xe9.gz", 1, 1);
        FailedArchive archive = new FailedArchive(
                1, escaped.path(), 1, 1, true, Set.of("s3"), Set.of("ARCHIVE_NAME_UNUSABLE"), NOW.toEpochMilli());
        assertThat(gone(archive, List.of(escaped), NOW)).isZero();
        assertThat(gone(archive, List.of(OTHER), NOW)).isOne();
    }

    @Test
    void knowsWhichVersionsOfTheLedgerItHas() {
        FailedArchive archive =
                new FailedArchive(7, backups + "/a.gz", 1, 1, true, Set.of("s3"), Set.of(), NOW.toEpochMilli());
        DeletedUnshipped deleted = DeletedUnshipped.among(List.of(archive), backups, List.of(OTHER), NOW);
        assertThat(deleted.contains(known(7))).isTrue();
        assertThat(deleted.contains(known(8))).isFalse();
    }

    private static KnownArchive known(long versionId) {
        return new KnownArchive(
                versionId, versionId, "/backups/a.gz", 1, 1, 0, VersionState.FAILED, Map.of(), Set.of());
    }
}
