package org.heratio.offsite.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.FaultyDestination;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.stage.LastDue;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageDefinition;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.stage.StageVerticle;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(HangLimit.TEST_SECONDS)
class VerifierStageTest {
    private static final String PREFIX = "t";
    private static final int SWEPT = 20;
    private static final Duration SOON = HangLimit.STEP;

    private final Vertx vertx = Vertx.vertx();
    private final Broker broker = new LocalBroker(vertx);
    private final EventCodec codec = new EventCodec();
    private final RetryPolicy policy = RetryPolicy.standard();
    private final List<StageVerticle> running = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @TempDir
    private Path temp;

    private Ledger ledger;
    private Payloads payloads;
    private FaultyDestination destination;
    private FaultyDestination slow;

    @BeforeEach
    void start() throws Exception {
        ledger = LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")));
        payloads = new Payloads(Files.createDirectory(temp.resolve("payloads")), ledger.installationId());
        destination = new FaultyDestination(new LocalFsDestination(temp.resolve("destination")));
        slow = new FaultyDestination("s3", new LocalFsDestination(temp.resolve("slow")));
        get(broker.declare(Topology.of(PREFIX, Set.of("localfs", "s3"), policy.ladder())));
        Clock clock = Clock.systemUTC();
        StageShell shell = new StageShell(
                vertx,
                broker,
                ledger.pendingWork(),
                policy,
                codec,
                clock,
                () -> Duration.ofMinutes(1),
                StageMeter.NONE);
        AskedFor asked = new AskedFor(ledger, clock, Duration.ofHours(12), LastDue.Times.NEVER);
        Map<String, Destination> both = Map.of("localfs", destination, "s3", slow);
        for (StageDefinition stage : VerifierStage.definitions(PREFIX, 1, ledger, both, Map.of(), asked, true)) {
            StageVerticle verticle = shell.verticle(stage);
            get(vertx.deployVerticle(verticle));
            running.add(verticle);
        }
    }

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        for (StageVerticle stage : running) {
            get(stage.drain(Duration.ofSeconds(10)));
        }
        ledger.close();
        get(broker.close());
        get(vertx.close());
    }

    @Test
    void aNewCopyDoesNotWaitForASweepOfAllOthers() throws Exception {
        List<Long> swept = new ArrayList<>();
        for (int i = 0; i < SWEPT; i++) {
            swept.add(shipped("old-" + i + ".gz"));
        }
        destination.streams(this::stalled);
        get(broker.publish(codec.encode(new VerifyRequested("", true, null, null))));
        await().atMost(SOON).until(() -> destination.opens() == 1);

        destination.streams(in -> in);
        long landed = shipped("new.gz");
        get(broker.publish(codec.encode(new CopyReplicated(landed, "localfs"))));

        await().atMost(SOON).until(() -> state(landed) == CopyState.VERIFIED);
        for (long old : swept) {
            assertThat(state(old)).isEqualTo(CopyState.REPLICATED);
        }
        release.countDown();
        await().atMost(SOON).untilAsserted(() -> {
            for (long old : swept) {
                assertThat(state(old)).isEqualTo(CopyState.VERIFIED);
            }
        });
    }

    @Test
    void aDestinationThatHangsHoldsUpNoOther() throws Exception {
        slow.streams(this::stalled);
        List<Long> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(shipped(slow, "new-" + i + ".gz"));
            get(broker.publish(codec.encode(new CopyReplicated(held.get(i), "s3"))));
        }
        await().atMost(SOON).until(() -> slow.opens() == 1);
        long landed = shipped("new.gz");
        get(broker.publish(codec.encode(new CopyReplicated(landed, "localfs"))));
        await().atMost(SOON).until(() -> state(landed) == CopyState.VERIFIED);

        for (int i = 0; i < 3; i++) {
            held.add(shipped(slow, "old-" + i + ".gz"));
            get(broker.publish(codec.encode(new CopyDue(held.get(3 + i), "s3"))));
        }
        await().atMost(SOON).until(() -> slow.opens() == 2);
        long swept = shipped("old.gz");
        get(broker.publish(codec.encode(new VerifyRequested("", true, null, null))));
        await().atMost(SOON).until(() -> state(swept) == CopyState.VERIFIED);

        for (long copy : held) {
            assertThat(state(copy)).isEqualTo(CopyState.REPLICATED);
        }
    }

    @Test
    void whatAProcessOfAnEarlierBuildPublishesIsReadBack() throws Exception {
        long landed = shipped("new.gz");
        long swept = shipped(slow, "old.gz");
        get(broker.publish(keyed("copy.replicated", new CopyReplicated(landed, "localfs"))));
        get(broker.publish(keyed("copy.due", new CopyDue(swept, "s3"))));

        await().atMost(SOON).until(() -> state(landed) == CopyState.VERIFIED && state(swept) == CopyState.VERIFIED);
        assertThat(destination.opens()).isEqualTo(1);
        assertThat(slow.opens()).isEqualTo(1);
    }

    /** Returns an event as an earlier build publishes it: its key has no destination. */
    private Envelope keyed(String routingKey, Event event) {
        Envelope now = codec.encode(event);
        return new Envelope(now.id(), now.type(), now.version(), routingKey, now.headers(), now.body());
    }

    private long shipped(String name) throws Exception {
        return shipped(destination, name);
    }

    private long shipped(Destination to, String name) throws Exception {
        return ShippedCopies.ship(ledger, to, payloads, name, name.getBytes(StandardCharsets.UTF_8));
    }

    private CopyState state(long copy) throws Exception {
        return ledger.copies().find(copy).orElseThrow().state();
    }

    private InputStream stalled(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                }
                return super.read(bytes, offset, length);
            }
        };
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
