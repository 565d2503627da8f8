package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands over a real RabbitMQ: with a pipeline of other processes, and without one. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitPipelineIT {
    private static final String FOLLOWS = "a running pipeline does the work";

    @TempDir
    Path directory;

    private final RabbitServer server;
    private final String prefix = "e" + UUID.randomUUID().toString().substring(0, 8);
    private OffsiteHome home;
    private SampleArchives archives;

    RabbitPipelineIT(RabbitServer server) {
        this.server = server;
    }

    @BeforeEach
    void makeHome() throws IOException {
        home = new OffsiteHome(directory)
                .set("BACKUP_OFFSITE_AMQP_URI", server.uri())
                .set("BACKUP_OFFSITE_QUEUE_PREFIX", prefix);
        archives = new SampleArchives(home.backups(), 7);
    }

    @AfterEach
    void endAll() {
        home.close();
    }

    @Test
    void aProcessForEachStageDoesWhatCommandsAskFor() throws Exception {
        try (StageProcesses stages = new StageProcesses(home).start(StageProcesses.ALL)) {
            for (int i = 0; i < 4; i++) {
                archives.make("a" + i + (i % 2 == 0 ? ".sql.gz" : ".zip"), i == 3 ? 8 << 20 : 30_000);
            }
            OffsiteProcess.Exit replicated = home.run(OffsiteHome.LONG, "replicate", "-v", "--force");
            assertThat(replicated.code()).as("%s", replicated).isZero();
            assertThat(replicated.err()).contains(FOLLOWS).doesNotContain("Shipped ", "Verified ", "sealed ");
            assertThat(replicated.out()).contains("4 found, 0 skipped, 4 done, 0 failed, 0 open");
            assertThat(stages.get("uploader:localfs").err()).contains("Shipped ");
            assertThat(stages.get("verifier").err()).contains("Verified ");

            // the pipeline goes on, and clears its spool every few seconds
            await().atMost(OffsiteHome.SHORT)
                    .until(() -> Proof.files(home.spool()).isEmpty());
            damage(home.proof().everythingIsOffsite().get(0));
            OffsiteProcess.Exit verified = home.run(OffsiteHome.LONG, "verify-integrity", "--all", "-v");
            assertThat(verified.code()).as("%s", verified).isEqualTo(ExitCode.FAILED);
            assertThat(verified.err()).contains(FOLLOWS);
            assertThat(verified.out()).contains("4 done, 0 failed", "damaged copies were found, and repaired");
            OffsiteProcess.Exit again = home.run(OffsiteHome.LONG, "verify-integrity", "--all");
            assertThat(again.code()).as("%s", again).isZero();

            Path whole = archives.make("cut.sql.gz", 50_000);
            Files.write(whole, Arrays.copyOf(Files.readAllBytes(whole), 20_000));
            OffsiteProcess.Exit failed = home.run(OffsiteHome.LONG, "replicate");
            assertThat(failed.code()).as("%s", failed).isEqualTo(ExitCode.FAILED);
            assertThat(failed.out()).contains("FAILED", "cut.sql.gz", "1 failed");
            Files.delete(whole);
            stages.stop();
        }
    }

    @Test
    void withoutAPipelineTheCommandDoesTheWorkItself() throws Exception {
        archives.make("a.sql.gz", 30_000);
        OffsiteProcess.Exit replicated = home.run(OffsiteHome.LONG, "replicate", "-v");
        assertThat(replicated.code()).as("%s", replicated).isZero();
        assertThat(replicated.err()).contains("Shipped ").doesNotContain(FOLLOWS);
        home.proof().everythingIsOffsite();
    }

    @Test
    void theCommandTakesOverWhenThePipelineHasGone() throws Exception {
        List<String> some = List.of("encryptor", "uploader:localfs", "verifier");
        try (StageProcesses stages = new StageProcesses(home).start(some)) {
            archives.make("a.sql.gz", 30_000);
            OffsiteProcess replicate = home.start("replicate", "-v");
            await().atMost(OffsiteHome.SHORT).until(() -> replicate.err().contains("nobody runs [watcher]"));
            stages.killAll();
            OffsiteProcess.Exit exit = replicate.await(OffsiteHome.LONG);
            assertThat(exit.code()).as("%s", exit).isZero();
            assertThat(exit.err()).contains("the pipeline has gone");
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void brokenFilesHoldUpNoDumpAndAProcessThatIsKilledLosesNoneOfThem() throws Exception {
        int broken = 200;
        try (StageProcesses stages = new StageProcesses(home).start(List.of("watcher"));
                RabbitQueues queues = new RabbitQueues(server, prefix)) {
            List<Path> files = new ArrayList<>();
            for (int i = 0; i < broken; i++) {
                files.add(Files.write(home.backups().resolve("broken_" + i + ".gz"), new byte[] {1, 2, 3}));
            }
            // not by the length of the queue: a file that is seen half written settles twice
            await().atMost(OffsiteHome.SHORT).until(() -> home.settled(files));
            Path dump = archives.make("dump.sql.gz", 30_000);
            await().atMost(OffsiteHome.SHORT).until(() -> home.settled(List.of(dump)));

            stages.start(List.of("uploader:localfs", "verifier"));
            stages.start("encryptor");
            await().atMost(OffsiteHome.SHORT)
                    .until(() -> stages.get("verifier").err().contains("Verified "));
            stages.kill("encryptor");

            // the encryptor looks at what waits for every 20 messages
            assertThat(home.givenUpBefore(dump, files)).isLessThan(50);
            stages.start("encryptor");
            await().atMost(OffsiteHome.SHORT)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> failed() == broken);
            await().atMost(OffsiteHome.SHORT).until(() -> queues.depth("encrypt") == 0);
            stages.get("encryptor").terminate();
        }
    }

    private long failed() throws IOException, InterruptedException {
        return home.history().stream()
                .filter(row -> row.status().equals("failed"))
                .count();
    }

    private static void damage(LedgerRow row) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(row.remotePath(), "rw")) {
            file.seek(file.length() / 2);
            int before = file.read();
            file.seek(file.length() / 2);
            file.write(before ^ 0x55);
        }
    }
}
