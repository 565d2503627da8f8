package org.heratio.offsite.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.destination.FaultyDestination;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.stage.StageVerticle;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.uploader.SealedArchives.Sealed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fresh archive behind many others at one uploader, which has one worker: it is shipped among the next few. */
abstract class UploadOrderContract {
    private static final List<String> DRIVERS = List.of("localfs");
    private static final FileTime MTIME = FileTime.fromMillis(1_704_164_645_000L);
    private static final int FLOOD = 100;
    /** The ledger is asked once for so many messages, and a few turns follow. */
    private static final int FEW = 40;

    private static final String FRESH = "database/dump.sql.gz";

    @TempDir
    Path temp;

    final Vertx vertx = Vertx.vertx();
    private final EventCodec codec = new EventCodec();
    private final CountDownLatch freshWaits = new CountDownLatch(1);
    /** The names that were put, in their order. */
    private final List<String> puts = new CopyOnWriteArrayList<>();

    private Broker broker;
    private Ledger ledger;
    private SealedArchives archives;
    private FaultyDestination destination;
    private StageVerticle stage;

    /** Returns a broker without queues. */
    abstract Broker open() throws Exception;

    /** Returns the prefix of all queues of one test. */
    abstract String prefix();

    @BeforeEach
    void start() throws Exception {
        ledger = LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")));
        Spool spool = new Spool(temp.resolve("spool"));
        Path backups = Files.createDirectory(temp.resolve("backups"));
        archives = new SealedArchives(ledger, spool, backups, MTIME, DRIVERS);
        destination = new FaultyDestination(new LocalFsDestination(temp.resolve("destination")));
        broker = open();
        RetryPolicy policy = RetryPolicy.standard();
        get(broker.declare(Topology.of(prefix(), Set.copyOf(DRIVERS), policy.ladder())));
        Breaker breaker =
                new Breaker(vertx, "localfs", Breaker.NO_PUTS, destination::probe, Breaker.BACKOFF, Clock.systemUTC());
        stage = new StageShell(
                        vertx,
                        broker,
                        ledger.pendingWork(),
                        policy,
                        codec,
                        Clock.systemUTC(),
                        () -> Duration.ZERO,
                        StageMeter.NONE)
                .verticle(UploaderStage.definition(
                        prefix(), 1, ledger, destination, breaker, spool, new BackupDirectory(backups), true));
    }

    @AfterEach
    void stop() throws Exception {
        freshWaits.countDown();
        get(stage.drain(Duration.ZERO));
        get(broker.close());
        ledger.close();
        get(vertx.close());
    }

    @Test
    void anArchiveBehindManyOfOneDirectoryIsShippedAmongTheNextFew() throws Exception {
        destination.beforePuts(this::held);
        List<Sealed> flood = flood(number -> "uploads/file-" + number + ".gz");

        shipsFreshAmongTheNextFew(flood);
        shipsAll(flood);
    }

    @Test
    void anArchiveBehindManyNamesOfLettersIsShippedAmongTheNextFew() throws Exception {
        destination.beforePuts(this::held);
        List<Sealed> flood = flood(number -> "uploads/n" + "x".repeat(number % 50) + "y".repeat(number / 50) + ".gz");

        shipsFreshAmongTheNextFew(flood);
        shipsAll(flood);
    }

    @Test
    void anArchiveBehindManyThatFailIsShippedAmongTheNextFew() throws Exception {
        destination.beforePuts(this::failing);

        shipsFreshAmongTheNextFew(flood(number -> "uploads/file-" + number + ".gz"));
    }

    @Test
    void anArchiveBehindManyThatAreTriedAgainIsShippedAmongTheNextFew() throws Exception {
        destination.beforePuts(this::failing);
        List<Sealed> flood = flood(number -> "uploads/file-" + number + ".gz");
        Failure busy = new Failure(ErrorCode.DESTINATION_BUSY, "come again", null);
        for (Sealed one : flood) {
            long copy = one.copy().id();
            ledger.pendingWork().attemptFailed("uploader:localfs", one.version().id(), copy, 1, busy, -1_000L);
        }

        shipsFreshAmongTheNextFew(flood);
    }

    private List<Sealed> flood(IntFunction<String> names) throws Exception {
        List<Sealed> flood = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            flood.add(archives.sealed(names.apply(i), "payload " + i));
        }
        return flood;
    }

    private void shipsFreshAmongTheNextFew(List<Sealed> flood) throws Exception {
        for (Sealed one : flood) {
            get(broker.publish(codec.encode(one.event())));
        }
        get(vertx.deployVerticle(stage));
        await().atMost(HangLimit.STEP).until(() -> !puts.isEmpty());
        get(broker.publish(codec.encode(archives.sealed(FRESH, "fresh").event())));
        freshWaits.countDown();

        await().atMost(HangLimit.STEP).until(() -> puts.stream().anyMatch(UploadOrderContract::isFresh));
        List<String> order = List.copyOf(puts);
        assertThat(order.stream().takeWhile(name -> !isFresh(name)))
                .as("puts before that of the fresh archive")
                .hasSizeLessThanOrEqualTo(FEW);
    }

    /** Those before the fresh archive are not starved. */
    private void shipsAll(List<Sealed> flood) {
        for (Sealed one : flood) {
            await().atMost(HangLimit.STEP)
                    .until(() ->
                            ledger.copies().find(one.copy().id()).orElseThrow().state() == CopyState.REPLICATED);
        }
    }

    private static boolean isFresh(String name) {
        return name.startsWith(FRESH);
    }

    private void held(PutRequest request) throws InterruptedException {
        puts.add(request.name());
        freshWaits.await();
    }

    private void failing(PutRequest request) throws FailureException, InterruptedException {
        held(request);
        if (!isFresh(request.name())) {
            throw new FailureException(ErrorCode.DESTINATION_BUSY, "come again");
        }
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
