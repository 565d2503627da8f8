package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.app.run.Heartbeats.Beat;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {
    @TempDir
    Path directory;

    @Test
    void aServiceThatWaitsForRabbitMqAtTheStartLives() throws Exception {
        Path root = directory.toRealPath();
        Path state = root.resolve("state");
        Settings settings = KnownDrivers.settings(
                        Map.of(
                                "HERATIO_BACKUPS_PATH",
                                Files.createDirectory(root.resolve("backups")).toString(),
                                "BACKUP_OFFSITE_STATE_DIR",
                                state.toString(),
                                "BACKUP_OFFSITE_LOCALFS_PATH",
                                root.resolve("offsite").toString(),
                                "BACKUP_OFFSITE_AMQP_URI",
                                "amqp://127.0.0.1:1"),
                        root)
                .load(null);
        StopSignal stop = new StopSignal();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Callable<Boolean> serving =
                    () -> new Service(settings, StageSelection.all(settings.drivers()), stop).serve() == null;
            Future<Boolean> stopped = threads.submit(serving);

            await().atMost(HangLimit.STEP)
                    .until(() ->
                            new Heartbeats(state).look(Instant.now()).stream().anyMatch(Beat::alive));
            stop.stop();

            assertThat(stopped.get(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(new Heartbeats(state).look(Instant.now())).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }
}
