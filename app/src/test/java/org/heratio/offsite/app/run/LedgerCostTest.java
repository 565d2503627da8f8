package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.encryptor.EncryptorStage;
import org.heratio.offsite.encryptor.PayloadRebuilder;
import org.heratio.offsite.encryptor.RepairHandler;
import org.heratio.offsite.encryptor.SealHandler;
import org.heratio.offsite.encryptor.Sealer;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerActivity;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.heratio.offsite.openpgp.CipherMode;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.BrokerPublisher;
import org.heratio.offsite.stage.LastDue;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageDefinition;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.stage.StageVerticle;
import org.heratio.offsite.stage.Watchdog;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.uploader.UploaderStage;
import org.heratio.offsite.verifier.AskedFor;
import org.heratio.offsite.verifier.VerifierStage;
import org.heratio.offsite.watcher.Backlog;
import org.heratio.offsite.watcher.DirectoryScan;
import org.heratio.offsite.watcher.WatcherConfig;
import org.heratio.offsite.watcher.WatcherStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one archive at one destination costs at the ledger: its pace is that of the whole pipeline for small archives. */
@Timeout(HangLimit.TEST_SECONDS)
final class LedgerCostTest {
    private static final String PREFIX = "offsite";
    private static final String DRIVER = "localfs";
    private static final int MOST_TRANSACTIONS = 12;
    private static final int MOST_STATEMENTS = 38;

    @TempDir
    Path dir;

    @Test
    void oneArchiveAtOneDestinationCostsFewTransactions() throws Exception {
        Vertx vertx = Vertx.vertx();
        Clock clock = Clock.systemUTC();
        Path root = dir.toRealPath();
        Path backups = Files.createDirectory(root.resolve("backups"));
        try (JdbcLedger ledger =
                        JdbcLedger.open(vertx, withoutHeartbeats(LedgerConfig.h2(root.resolve("state"))), clock);
                Destination destination = new LocalFsDestination(Files.createDirectory(root.resolve("offsite")))) {
            RetryPolicy policy = RetryPolicy.standard();
            Broker broker = new LocalBroker(vertx);
            join(broker.declare(
                    Topology.of(PREFIX, Set.of(DRIVER), policy.ladder()).ownedBy(ledger.installationId())));
            AtomicInteger proved = new AtomicInteger();
            join(broker.listen("copy.verified.#", message -> proved.incrementAndGet()));
            WatcherStage watcher = watcher(backups, ledger, broker, clock);
            List<StageVerticle> running = new ArrayList<>();
            StageShell shell = new StageShell(
                    vertx,
                    broker,
                    ledger.pendingWork(),
                    policy,
                    new EventCodec(),
                    clock,
                    () -> Duration.ofMinutes(1),
                    StageMeter.NONE);
            for (StageDefinition stage : stages(vertx, root, backups, ledger, destination, watcher, clock)) {
                StageVerticle verticle = shell.verticle(stage);
                join(vertx.deployVerticle(verticle));
                running.add(verticle);
            }
            AtomicInteger scanned = new AtomicInteger();
            join(broker.listen("scan.completed.#", message -> scanned.incrementAndGet()));
            watcher.start();
            // a scan at the start asks once more for what it finds unfinished
            await().atMost(HangLimit.STEP).until(() -> scanned.get() == 1);
            // the first comes with what is looked up once
            arrive(backups, root, "first.sql.gz");
            await().atMost(HangLimit.STEP).until(() -> proved.get() == 1);
            LedgerActivity before = quiet(ledger);

            arrive(backups, root, "second.sql.gz");

            await().atMost(HangLimit.STEP).until(() -> proved.get() == 2);
            LedgerActivity cost = quiet(ledger).since(before);
            System.out.println("one archive at one destination: " + cost);
            assertThat(ledger.view().copyCounts()).isEqualTo(Map.of(DRIVER, Map.of(CopyState.VERIFIED, 2L)));
            assertThat(cost.transactions()).isPositive().isLessThanOrEqualTo(MOST_TRANSACTIONS);
            assertThat(cost.statements()).isPositive().isLessThanOrEqualTo(MOST_STATEMENTS);
            watcher.stop();
            for (StageVerticle stage : running) {
                join(stage.drain(Duration.ofSeconds(5)));
            }
        } finally {
            join(vertx.close());
        }
    }

    /** Waits until the leases are given back and nothing more is asked. */
    private static LedgerActivity quiet(JdbcLedger ledger) {
        LedgerActivity[] last = {ledger.activity()};
        await().pollInterval(Duration.ofMillis(500)).atMost(HangLimit.STEP).until(() -> {
            LedgerActivity now = ledger.activity();
            boolean same = now.equals(last[0]);
            last[0] = now;
            return same;
        });
        return last[0];
    }

    /** A rename: the kernel reports it once. Each archive has a size of its own, so that no other one may have its bytes. */
    private static void arrive(Path backups, Path root, String name) throws Exception {
        Path made = new SampleArchives(Files.createDirectories(root.resolve("made")), name.hashCode())
                .make(name, 5_000 + name.length());
        Files.move(made, backups.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static LedgerConfig withoutHeartbeats(LedgerConfig config) {
        return new LedgerConfig(
                config.jdbcUrl(),
                config.user(),
                config.password(),
                config.embedded(),
                Duration.ofHours(3),
                config.patience(),
                config.connections(),
                config.zone(),
                config.login(),
                null,
                config.lossPause());
    }

    private static WatcherStage watcher(Path backups, JdbcLedger ledger, Broker broker, Clock clock) throws Exception {
        return new WatcherStage(
                new DirectoryScan(new BackupDirectory(backups), IncludePatterns.parse("*.gz"), true),
                WatcherConfig.of(Duration.ofMillis(100), Duration.ofHours(1), true, true),
                Set.of(DRIVER),
                ledger,
                new BrokerPublisher(broker, new EventCodec()),
                new Backlog(broker, PREFIX),
                clock,
                new Watchdog());
    }

    private static List<StageDefinition> stages(
            Vertx vertx,
            Path root,
            Path backups,
            JdbcLedger ledger,
            Destination destination,
            WatcherStage watcher,
            Clock clock) {
        BackupDirectory directory = new BackupDirectory(backups);
        Spool spool = new Spool(root.resolve("spool"), 10_000_000);
        Map<String, Destination> destinations = Map.of(DRIVER, destination);
        Sealer sealer = new Sealer(
                directory,
                spool,
                new BcpgPayloadCipher(CipherMode.CFB, 0),
                Optional.of(Passphrase.of("correct horse".toCharArray())),
                CompletenessMode.HOLD,
                Duration.ofSeconds(5));
        PayloadRebuilder remaker = new PayloadRebuilder(ledger, directory, sealer, destinations);
        Breaker breaker = new Breaker(vertx, "localfs", Breaker.NO_PUTS, destination::probe, Breaker.BACKOFF, clock);
        List<StageDefinition> stages = new ArrayList<>(VerifierStage.definitions(
                PREFIX,
                1,
                ledger,
                destinations,
                Map.of(DRIVER, breaker),
                new AskedFor(ledger, clock, Duration.ofHours(12), LastDue.Times.NEVER),
                true));
        stages.add(UploaderStage.definition(PREFIX, 1, ledger, destination, breaker, spool, directory, true));
        stages.add(EncryptorStage.definition(
                PREFIX,
                1,
                new SealHandler(ledger, Set.of(DRIVER), sealer, remaker),
                new RepairHandler(ledger, Set.of(DRIVER), sealer, remaker, true)));
        stages.add(watcher.definition(PREFIX));
        return stages;
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
