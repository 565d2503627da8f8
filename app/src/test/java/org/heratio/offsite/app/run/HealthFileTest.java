package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.files.Pipes;
import org.heratio.offsite.files.Victim;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthFileTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(0);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void isThereAtOnceTouchedAgainAndGoneAtTheEnd() throws Exception {
        Path file = directory.resolve("healthy");
        try (HealthFile health = HealthFile.start(vertx, file, () -> true, Duration.ofMillis(20))) {
            assertThat(Objects.requireNonNull(health)).isNotNull();
            Files.setLastModifiedTime(file, LONG_AGO);
            await().atMost(HangLimit.STEP)
                    .until(() -> Files.getLastModifiedTime(file).compareTo(LONG_AGO) > 0);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void isNotTouchedWhileWorkHangs() throws Exception {
        Path file = directory.resolve("healthy");
        AtomicInteger asked = new AtomicInteger();
        try (HealthFile health =
                HealthFile.start(vertx, file, () -> asked.incrementAndGet() < 2, Duration.ofMillis(20))) {
            assertThat(Objects.requireNonNull(health)).isNotNull();
            Files.setLastModifiedTime(file, LONG_AGO);
            await().atMost(HangLimit.STEP).until(() -> asked.get() > 3);
            assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
        }
    }

    @Test
    void aLinkInItsPlaceDoesNotHaveAnArchiveTouched() throws Exception {
        Victim archive = Victim.in(directory.resolve("backups"), "a.gz");
        Path file = Files.createSymbolicLink(directory.resolve("healthy"), archive.file());
        HealthFile health = HealthFile.start(vertx, file, () -> true, Duration.ofDays(1));
        Objects.requireNonNull(health).close();
        archive.requireUnharmed();
    }

    @Test
    void aFileOfAnotherUserIsNotTouched() throws Exception {
        Path file = Files.createFile(directory.resolve("healthy"));
        Files.setLastModifiedTime(file, LONG_AGO);
        Victim.giveToNobody(file);
        HealthFile health = HealthFile.start(vertx, file, () -> true, Duration.ofDays(1));
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
        Objects.requireNonNull(health).close();
    }

    @Test
    void anArchiveThatTheSettingNamesIsNeitherTouchedNorDeleted() throws Exception {
        Victim archive = Victim.in(directory.resolve("backups"), "a.gz");
        HealthFile health = HealthFile.start(vertx, archive.file(), () -> true, Duration.ofDays(1));
        Objects.requireNonNull(health).close();
        archive.requireUnharmed();
    }

    @Test
    void aHardLinkToAnArchiveIsNeitherTouchedNorDeleted() throws Exception {
        Path archive = Files.createFile(
                Files.createDirectory(directory.resolve("backups")).resolve("empty.gz"));
        Files.setLastModifiedTime(archive, LONG_AGO);
        Path file = Files.createLink(directory.resolve("healthy"), archive);
        HealthFile health = HealthFile.start(vertx, file, () -> true, Duration.ofDays(1));
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(LONG_AGO);
        Objects.requireNonNull(health).close();
        assertThat(file).exists();
    }

    @Test
    void aPipeInItsPlaceHoldsNobodyUp() throws Exception {
        Path pipe = Pipes.make(directory.resolve("healthy"));
        HealthFile health = HealthFile.start(vertx, pipe, () -> true, Duration.ofDays(1));
        Objects.requireNonNull(health).close();
        assertThat(pipe).exists();
    }

    @Test
    void deletesOnlyTheFileThatItTouched() throws Exception {
        Path file = directory.resolve("healthy");
        HealthFile health = HealthFile.start(vertx, file, () -> true, Duration.ofDays(1));
        Files.delete(file);
        Files.writeString(file, "of somebody else");
        Objects.requireNonNull(health).close();
        assertThat(file).hasContent("of somebody else");
    }

    @Test
    void takesOverWhatAKilledProcessLeft() throws Exception {
        Path file = Files.createFile(directory.resolve("healthy"));
        Files.setLastModifiedTime(file, LONG_AGO);
        try (HealthFile health = HealthFile.start(vertx, file, () -> true, Duration.ofDays(1))) {
            assertThat(Objects.requireNonNull(health)).isNotNull();
            assertThat(Files.getLastModifiedTime(file)).isGreaterThan(LONG_AGO);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void withoutASettingThereIsNone() {
        assertThat(HealthFile.start(vertx, null, () -> true)).isNull();
    }
}
