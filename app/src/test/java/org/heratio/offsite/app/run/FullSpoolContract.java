package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.FaultyDestination;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.encryptor.EncryptorStage;
import org.heratio.offsite.encryptor.PayloadRebuilder;
import org.heratio.offsite.encryptor.RepairHandler;
import org.heratio.offsite.encryptor.SealHandler;
import org.heratio.offsite.encryptor.Sealer;
import org.heratio.offsite.encryptor.SpoolKeeper;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.Backoff;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.QuickCipher;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.LastDue;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageDefinition;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.stage.StageVerticle;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.uploader.UploaderStage;
import org.heratio.offsite.verifier.AskedFor;
import org.heratio.offsite.verifier.VerifierStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Payloads that one destination does not take fill the spool: the real stages ship on to the other one. */
@Timeout(HangLimit.TEST_SECONDS)
abstract class FullSpoolContract {
    private static final String WELL = "localfs";
    private static final String AWAY = "s3";
    private static final Duration SOON = Duration.ofMillis(100);
    private static final int BYTES = 20_000;
    private static final int ROOM = 4;
    private static final int ARCHIVES = 12;

    @TempDir
    Path dir;

    final Vertx vertx = Vertx.vertx();
    private final List<StageVerticle> running = new ArrayList<>();
    private final Map<String, Destination> destinations = new HashMap<>();
    private Broker broker;
    private Path backups;
    private Ledger ledger;
    private Spool spool;
    private FaultyDestination away;
    private long sweeps;

    /** Returns a broker without queues. */
    abstract Broker openBroker();

    /** Returns the prefix of the queues: each test has its own. */
    abstract String prefix();

    @BeforeEach
    void open() throws Exception {
        broker = openBroker();
        Path root = dir.toRealPath();
        backups = Files.createDirectory(root.resolve("backups"));
        ledger = LedgerFixture.h2(vertx, root.resolve("state"));
        spool = new Spool(root.resolve("spool"), ROOM * (BYTES + 5_000L));
        away = new FaultyDestination(AWAY, new LocalFsDestination(Files.createDirectory(root.resolve("away"))));
        destinations.put(AWAY, away);
        destinations.put(WELL, new LocalFsDestination(Files.createDirectory(root.resolve("well"))));
    }

    @AfterEach
    void close() throws Exception {
        vertx.cancelTimer(sweeps);
        for (StageVerticle stage : running) {
            join(stage.drain(Duration.ofSeconds(5)));
        }
        join(broker.close());
        ledger.close();
        join(vertx.close());
    }

    @Test
    void freshArchivesReachTheOtherDestinationWhileOneIsAwayAndItGetsAllOfThemWhenItIsBack() throws Exception {
        away.failWith(ErrorCode.DESTINATION_UNREACHABLE);
        start(new RetryPolicy(List.of(SOON, SOON.multipliedBy(2)), Duration.ofHours(24)), WELL, AWAY);

        arrive(ARCHIVES, WELL, AWAY);

        await().atMost(HangLimit.STEP).until(() -> verified(WELL) == ARCHIVES);
        assertThat(verified(AWAY)).isZero();
        assertThat(seals()).as("nothing is sealed again while it is away").isEqualTo(ARCHIVES);

        away.failWith(null);

        await().atMost(HangLimit.STEP).until(() -> verified(AWAY) == ARCHIVES);
        assertThat(seals()).isLessThanOrEqualTo(2 * ARCHIVES);
    }

    @Test
    void freshArchivesReachTheOtherDestinationAlthoughOneRefusesEachOfThem() throws Exception {
        away.beforePuts(request -> {
            throw new FailureException(ErrorCode.DESTINATION_IO, "refused by the test");
        });
        start(new RetryPolicy(List.of(SOON, Duration.ofHours(1)), Duration.ofHours(24)), WELL, AWAY);

        arrive(ARCHIVES, WELL, AWAY);

        await().atMost(HangLimit.STEP).until(() -> verified(WELL) == ARCHIVES);
        assertThat(verified(AWAY)).isZero();
    }

    @Test
    void nothingIsSealedAgainForTheOnlyDestinationWhileItIsAway() throws Exception {
        away.failWith(ErrorCode.DESTINATION_UNREACHABLE);
        start(new RetryPolicy(List.of(SOON, SOON.multipliedBy(2)), Duration.ofHours(24)), AWAY);

        List<Version> versions = arrive(ARCHIVES, AWAY);
        Version last = versions.get(ARCHIVES - 1);

        await().atMost(HangLimit.STEP)
                .until(() -> ErrorCode.SPOOL_FULL
                        .name()
                        .equals(ledger.versions().find(last.id()).orElseThrow().errorCode()));
        await().atMost(HangLimit.STEP).until(() -> seals() == ROOM);
        assertThat(spool.list()).hasSize(ROOM);
        away.failWith(null);
        await().atMost(HangLimit.STEP).until(() -> verified(AWAY) == ARCHIVES);
        assertThat(seals()).isEqualTo(ARCHIVES);
    }

    private void start(RetryPolicy policy, String... drivers) throws Exception {
        Set<String> all = Set.of(drivers);
        join(broker.declare(Topology.of(prefix(), all, policy.ladder()).ownedBy(ledger.installationId())));
        StageShell shell = new StageShell(
                vertx,
                broker,
                ledger.pendingWork(),
                policy,
                new EventCodec(),
                Clock.systemUTC(),
                () -> Duration.ofMinutes(1),
                StageMeter.NONE);
        for (StageDefinition stage : stages(all)) {
            StageVerticle verticle = shell.verticle(stage);
            join(vertx.deployVerticle(verticle));
            running.add(verticle);
        }
        SpoolKeeper keeper = new SpoolKeeper(ledger.payloads(), spool);
        sweeps = vertx.setPeriodic(
                50,
                tick -> vertx.executeBlocking(() -> {
                    keeper.sweep();
                    return true;
                }));
    }

    private List<StageDefinition> stages(Set<String> drivers) {
        BackupDirectory directory = new BackupDirectory(backups);
        Map<String, Destination> places = new TreeMap<>(destinations);
        places.keySet().retainAll(drivers);
        Map<String, Breaker> breakers = new HashMap<>();
        places.forEach((driver, place) -> breakers.put(
                driver,
                new Breaker(
                        vertx,
                        driver,
                        Breaker.NO_PUTS,
                        place::probe,
                        new Backoff(SOON, SOON.multipliedBy(2)),
                        Clock.systemUTC())));
        Sealer sealer = sealer(directory);
        PayloadRebuilder rebuilder = new PayloadRebuilder(ledger, directory, sealer, places);
        List<StageDefinition> stages = new ArrayList<>(VerifierStage.definitions(
                prefix(),
                1,
                ledger,
                places,
                breakers,
                new AskedFor(ledger, Clock.systemUTC(), Duration.ofHours(12), LastDue.Times.NEVER),
                true));
        places.forEach((driver, place) -> stages.add(
                UploaderStage.definition(prefix(), 1, ledger, place, breakers.get(driver), spool, directory, true)));
        stages.add(EncryptorStage.definition(
                prefix(),
                2,
                new SealHandler(ledger, drivers, sealer, rebuilder),
                new RepairHandler(ledger, drivers, sealer, rebuilder, true)));
        return stages;
    }

    private Sealer sealer(BackupDirectory directory) {
        return new Sealer(
                directory,
                spool,
                QuickCipher.create(),
                Optional.of(Passphrase.of("correct horse".toCharArray())),
                CompletenessMode.HOLD,
                SOON);
    }

    private List<Version> arrive(int archives, String... drivers) throws Exception {
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < archives; i++) {
            Path file = new SampleArchives(backups, i).make("db-" + i + ".sql.gz", BYTES + i);
            ArchiveFile found = new ArchiveFile(
                    file.toString(),
                    file.getFileName().toString(),
                    Files.size(file),
                    Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS));
            Version version = ledger.versions().settle(found, System.currentTimeMillis(), List.of(drivers), false);
            versions.add(version);
            join(broker.publish(new EventCodec().encode(new ArchiveSettled(version.id(), version.path()))));
        }
        return versions;
    }

    private long verified(String driver) throws Exception {
        return ledger.view().copyCounts().getOrDefault(driver, Map.of()).getOrDefault(CopyState.VERIFIED, 0L);
    }

    /** Returns how often an archive was sealed. */
    private long seals() throws Exception {
        long seals = 0;
        for (int i = 0; i < ARCHIVES; i++) {
            String path = backups.resolve("db-" + i + ".sql.gz").toString();
            seals += ledger.journal().story(path, Journal.Order.OLDEST_FIRST, null, 100).stream()
                    .filter(entry -> entry.kind() == JournalEntry.Kind.SEALED)
                    .count();
        }
        return seals;
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
