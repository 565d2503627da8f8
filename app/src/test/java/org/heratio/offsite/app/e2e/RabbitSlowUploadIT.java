package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An upload that takes longer than the server waits for an ack, by the real uploader, and seen by who follows it. */
@Timeout(HangLimit.TEST_SECONDS)
class RabbitSlowUploadIT {
    private static final int SIZE = 5 << 20;
    private static final Pattern UPLOADING =
            Pattern.compile("uploading a\\.sql\\.gz -> localfs: [0-9.]+ MiB of 5\\.0 MiB, [0-9.]+ [KM]iB/s");

    @TempDir
    Path directory;

    @Test
    void isShippedOnceAndFollowedByteByByte() throws Exception {
        Requires.that(RabbitServer.installed(), "RabbitMQ is not installed: apt-get install rabbitmq-server");
        try (RabbitServer impatient =
                        new RabbitServer("{consumer_timeout, 1000}, {channel_tick_interval, 300}").start();
                OffsiteHome home = new OffsiteHome(directory)
                        .set("BACKUP_OFFSITE_AMQP_URI", impatient.uri())
                        .set("BACKUP_OFFSITE_LOCALFS_BANDWIDTH", "256K")
                        .option("-Doffsite.terminal=true");
                StageProcesses stages = new StageProcesses(home)
                        .start(List.of(
                                "watcher", "encryptor", "uploader:localfs#1", "uploader:localfs#2", "verifier"));
                RabbitQueues queues = new RabbitQueues(impatient, "offsite")) {
            new SampleArchives(home.backups(), 5).make("a.sql.gz", SIZE);
            OffsiteProcess.Exit replicated = home.run(OffsiteHome.LONG, "replicate");
            assertThat(replicated.code()).as("%s", replicated).isZero();
            assertThat(replicated.err()).containsPattern(UPLOADING);

            String uploaders = stages.get("uploader:localfs#1").err()
                    + stages.get("uploader:localfs#2").err();
            assertThat(uploaders).as("the server lost its patience").contains("is cut off from RabbitMQ");
            assertThat(uploaders.split("Shipped ", -1)).as(uploaders).hasSize(2);
            assertThat(queues.lost()).isEmpty();
            stages.stop();
            home.proof().everythingIsOffsite();
        }
    }
}
