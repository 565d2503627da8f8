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
        try (HealthFile health = HealthFile.start(vertx, file, Duration.ofMillis(20))) {
            assertThat(Objects.requireNonNull(health)).isNotNull();
            Files.setLastModifiedTime(file, LONG_AGO);
            await().atMost(HangLimit.STEP)
                    .until(() -> Files.getLastModifiedTime(file).compareTo(LONG_AGO) > 0);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aLinkInItsPlaceDoesNotHaveAnArchiveTouched() throws Exception {
        Victim archive = Victim.in(directory.resolve("backups"), "a.gz");
        Path file = Files.createSymbolicLink(directory.resolve("healthy"), archive.file());
        HealthFile health = HealthFile.start(vertx, file, Duration.ofDays(1));
        Objects.requireNonNull(health).close();
        archive.requireUnharmed();
    }

    @Test
    void aFileOfAnotherUserIsNotTouched() throws Exception {
        Path file = Files.createFile(directory.resolve("healthy"));
        Files.setLastModifiedTime(file, LONG_AGO);
        Victim.giveToNobody(file);
        HealthFile health = HealthFile.start(vertx, file, Duration.ofDays(1));
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
        Objects.requireNonNull(health).close();
    }

    @Test
    void withoutASettingThereIsNone() {
        assertThat(HealthFile.start(vertx, null)).isNull();
    }
}
