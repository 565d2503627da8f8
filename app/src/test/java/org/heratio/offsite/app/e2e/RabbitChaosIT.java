package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.rabbit.CuttingProxy;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.operations.status.Alarm;
import org.heratio.offsite.operations.status.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five processes over RabbitMQ while everything that can break does: nothing is lost, nothing is left over. {@code -Doffsite.chaos.archives=1000}
 * makes it the long run, {@code -Doffsite.chaos.plain=true} ships as is, which takes less time, {@code -Doffsite.chaos.seed} repeats one.
 */
@ExtendWith(SharedRabbit.class)
@Timeout(3_600)
class RabbitChaosIT {
    private static final int ARCHIVES = Integer.getInteger("offsite.chaos.archives", 60);
    private static final int SHORT_RUN = 200;
    private static final int STRIKE_EVERY = Math.max(10, ARCHIVES / 30);
    private static final boolean PLAIN = Boolean.getBoolean("offsite.chaos.plain");
    private static final Duration TO_THE_END = Duration.ofSeconds(600L + 3L * ARCHIVES);
    private static final List<String> STAGES =
            List.of("watcher", "encryptor", "uploader:localfs", "uploader:localfs#2", "verifier");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final RabbitServer server;
    private final String prefix = "c" + UUID.randomUUID().toString().substring(0, 8);
    private OffsiteHome home;

    RabbitChaosIT(RabbitServer server) {
        this.server = server;
    }

    @BeforeEach
    void makeHome() throws Exception {
        home = new OffsiteHome(directory).set("BACKUP_OFFSITE_QUEUE_PREFIX", prefix);
        if (ARCHIVES > SHORT_RUN) {
            home.fullSpeed();
        }
    }

    @AfterEach
    void endAll() {
        home.close();
    }

    @Test
    void everyArchiveArrivesAlthoughProcessesDieTheBrokerIsKilledAndConnectionsAreCut() throws Exception {
        long seed = Long.getLong("offsite.chaos.seed", System.nanoTime());
        System.err.printf("chaos: repeat with -Doffsite.chaos.seed=%d%n", seed);
        long begun = System.nanoTime();
        if (ARCHIVES <= SHORT_RUN) {
            // a watcher that is killed between ledger and broker is made up for after five minutes: the short run has
            // no time for that
            home.option("-Doffsite.overdue-after=PT40S").set("BACKUP_OFFSITE_SCAN_INTERVAL", "10s");
        }
        if (PLAIN) {
            home.set("BACKUP_ENCRYPTION_PASSPHRASE_FILE", "");
        }
        try (CuttingProxy proxy = new CuttingProxy(server.port());
                StageProcesses stages = new StageProcesses(throughProxy(proxy)).start(STAGES)) {
            Chaos chaos = new Chaos(new Random(seed), proxy, stages);
            SampleArchives archives = new SampleArchives(home.backups(), seed);
            for (int landed = 0; landed < ARCHIVES; landed++) {
                boolean big = landed % 25 == 7;
                archives.make("archive-" + landed + (landed % 2 == 0 ? ".sql.gz" : ".zip"), big ? 6 << 20 : 20_000);
                if (landed == ARCHIVES / 3 || landed == ARCHIVES * 2 / 3) {
                    server.kill();
                    server.start();
                } else if (landed % STRIKE_EVERY == STRIKE_EVERY - 1) {
                    chaos.strike();
                }
            }
            long landedAt = System.nanoTime();
            chaos.repair();
            await().atMost(TO_THE_END).pollInterval(Duration.ofSeconds(2)).until(() -> verified() == ARCHIVES);
            statusSaysSo(ARCHIVES);
            long doneAt = System.nanoTime();
            try (RabbitQueues queues = new RabbitQueues(server, prefix)) {
                assertThat(queues.lost()).as("seed %s", seed).isEmpty();
            }
            stages.stop();
            everythingIsOffsite();
            System.err.printf(
                    "chaos: seed %d, %d archives, %s; landed after %d s, verified after %d s%n",
                    seed, ARCHIVES, chaos, seconds(begun, landedAt), seconds(begun, doneAt));
        }
    }

    @Test
    void queuesThatArePurgedFillAgainFromTheLedger() throws Exception {
        home.set("BACKUP_OFFSITE_AMQP_URI", server.uri())
                .set("BACKUP_OFFSITE_SCAN_INTERVAL", "1s")
                .option("-Doffsite.overdue-after=PT2S");
        try (StageProcesses stages = new StageProcesses(home).start(List.of("watcher", "encryptor"));
                RabbitQueues queues = new RabbitQueues(server, prefix)) {
            SampleArchives archives = new SampleArchives(home.backups(), 5);
            for (int i = 0; i < 12; i++) {
                archives.make("archive-" + i + ".sql.gz", 20_000);
            }
            await().atMost(OffsiteHome.SHORT).until(() -> queues.depth("upload.localfs") >= 12);
            stages.kill("encryptor");
            archives.make("one-more.sql.gz", 20_000);
            await().atMost(OffsiteHome.SHORT).until(() -> queues.depth("encrypt") > 0);
            assertThat(queues.purge()).isGreaterThanOrEqualTo(13);
            stages.start(List.of("encryptor", "uploader:localfs", "verifier"));
            await().atMost(OffsiteHome.LONG).pollInterval(Duration.ofSeconds(1)).until(() -> verified() == 13);
            statusSaysSo(13);
            assertThat(queues.lost()).isEmpty();
            stages.stop();
            home.proof().everythingIsOffsite();
        }
    }

    private void everythingIsOffsite() throws Exception {
        if (!PLAIN) {
            home.proof().everythingIsOffsite();
            return;
        }
        List<LedgerRow> rows = home.proof().everyArchiveIsVerified();
        home.proof().nothingIsLeftOver(rows);
        home.proof().checksumsAreRight(rows);
        for (LedgerRow row : rows) {
            assertThat(Path.of(row.remotePath())).hasSameBinaryContentAs(Path.of(row.localPath()));
        }
    }

    private OffsiteHome throughProxy(CuttingProxy proxy) {
        return home.set("BACKUP_OFFSITE_AMQP_URI", "amqp://guest:guest@127.0.0.1:" + proxy.port());
    }

    /** A watcher that was just killed has not scanned for a while, which is an alarm and no failure. */
    private long verified() throws IOException, InterruptedException {
        Status status = home.status();
        assertThat(status.alarms()).as("nothing has failed: %s", status).allMatch(Alarm::ofStandstill);
        return status.copies().getOrDefault("localfs", Map.of()).getOrDefault(CopyState.VERIFIED, 0L);
    }

    /** Checks the output of the command at the end, while all processes run, as soon as the watcher scans again. */
    private void statusSaysSo(int archives) throws IOException, InterruptedException {
        await().atMost(OffsiteHome.SHORT).until(() -> home.status().ok());
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "status", "--json");
        assertThat(exit.code()).as("nothing has failed: %s", exit).isZero();
        JsonNode copies = JSON.readTree(exit.out()).path("copies").path("localfs");
        assertThat(copies.path("verified").asInt()).isEqualTo(archives);
    }

    private static long seconds(long from, long to) {
        return TimeUnit.NANOSECONDS.toSeconds(to - from);
    }

    /** Breaks one thing at a time, and counts. */
    private static final class Chaos {
        private final Random random;
        private final CuttingProxy proxy;
        private final StageProcesses stages;
        private final List<Integer> deck = new ArrayList<>();
        private final List<String> dead = new ArrayList<>();
        private int kills;
        private int cuts;
        private int stalls;

        Chaos(Random random, CuttingProxy proxy, StageProcesses stages) {
            this.random = random;
            this.proxy = proxy;
            this.stages = stages;
        }

        void strike() throws Exception {
            if (deck.isEmpty()) {
                // a mere die left out the cuts for a whole run of 1,000
                deck.addAll(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
                Collections.shuffle(deck, random);
            }
            int what = deck.remove(0);
            if (what < 6) {
                repair();
                String victim = STAGES.get(random.nextInt(STAGES.size()));
                stages.kill(victim);
                dead.add(victim);
                kills++;
            } else if (what < 9) {
                proxy.reset();
                cuts++;
            } else {
                proxy.stall();
                stalls++;
                await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
                proxy.heal();
            }
        }

        /** What was killed is started again, as its supervisor would. */
        void repair() throws IOException {
            for (String name : dead) {
                stages.start(name);
                // else it would be killed before it has done anything
                stages.awaitServing(name);
            }
            dead.clear();
        }

        @Override
        public String toString() {
            return kills + " processes and the broker twice killed, " + cuts + " times cut, " + stalls
                    + " times stalled";
        }
    }
}
