package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Uploads hardly get on: the encryptor stops at the spool's budget, and nothing is published over and over meanwhile. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitBackPressureIT {
    private static final int ARCHIVES = 10;
    private static final int ROOM_FOR = 3;
    private static final int SIZE = 1 << 20;
    private static final long BUDGET = ROOM_FOR * (SIZE + 200_000L);

    @TempDir
    Path directory;

    private final RabbitServer server;
    private final String prefix = "b" + UUID.randomUUID().toString().substring(0, 8);

    RabbitBackPressureIT(RabbitServer server) {
        this.server = server;
    }

    @Test
    void theSpoolStaysWithinItsBudgetAndQueuesStayShort() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)
                        .set("BACKUP_OFFSITE_AMQP_URI", server.uri())
                        .set("BACKUP_OFFSITE_QUEUE_PREFIX", prefix)
                        .set("BACKUP_OFFSITE_SPOOL_BUDGET", Long.toString(BUDGET))
                        .set("BACKUP_OFFSITE_SCAN_INTERVAL", "1s")
                        .set("BACKUP_OFFSITE_DRAIN_TIMEOUT", "0s")
                        // minutes for one archive
                        .set("BACKUP_OFFSITE_LOCALFS_BANDWIDTH", "8K")
                        // everything is overdue at once: what a day of waiting does, in seconds
                        .option("-Doffsite.overdue-after=PT2S")
                        // what would be kept in memory instead of the spool has no room there
                        .option("-Xmx64m");
                StageProcesses stages = new StageProcesses(home).start(StageProcesses.ALL);
                RabbitQueues queues = new RabbitQueues(server, prefix)) {
            SampleArchives archives = new SampleArchives(home.backups(), 9);
            for (int i = 0; i < ARCHIVES; i++) {
                archives.make("a" + i + ".sql.gz", SIZE);
            }
            // one more has no room, and waits for half a minute before it says so
            await().atMost(OffsiteHome.SHORT).until(() -> spoolBytes(home) >= (long) ROOM_FOR * SIZE);
            await().during(Duration.ofSeconds(4)).atMost(OffsiteHome.SHORT).until(() -> {
                // each unfinished archive at most twice: its own message, and one that took it for lost
                assertThat(queues.depth("encrypt")).isLessThanOrEqualTo(2L * ARCHIVES);
                assertThat(queues.depth("upload.localfs")).isLessThanOrEqualTo(2L * ARCHIVES);
                return spoolBytes(home) <= BUDGET;
            });
            assertThat(queues.lost()).isEmpty();

            stages.get("uploader:localfs").terminate();
            assertThat(stages.get("uploader:localfs").await(OffsiteHome.SHORT).code())
                    .isZero();
            home.unset("BACKUP_OFFSITE_LOCALFS_BANDWIDTH");
            stages.start(List.of("uploader:localfs"));
            await().atMost(OffsiteHome.LONG)
                    .until(() -> stages.get("verifier").err().split("Verified ", -1).length > ARCHIVES);
            stages.stop();
            home.proof().everythingIsOffsite();
        }
    }

    private static long spoolBytes(OffsiteHome home) throws IOException {
        long bytes = 0;
        for (String file : Proof.files(home.spool())) {
            try {
                bytes += Files.size(Path.of(file));
            } catch (NoSuchFileException e) {
                // renamed meanwhile
            }
        }
        return bytes;
    }
}
