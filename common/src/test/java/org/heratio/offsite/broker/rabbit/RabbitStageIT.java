package org.heratio.offsite.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Headers;
import org.heratio.offsite.stage.NoPendingWork;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageDefinition;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.stage.StageVerticle;
import org.heratio.offsite.stage.Subject;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stage shell over a real server: the same promises as over the local broker. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitStageIT {
    private static final PendingWork NO_LOG = new NoPendingWork();

    private static final Duration LONG = HangLimit.STEP;
    private static final List<Duration> LADDER = List.of(Duration.ofMillis(100), Duration.ofMillis(500));

    private final Vertx vertx = Vertx.vertx();
    private final EventCodec codec = new EventCodec();
    private final RabbitServer shared;
    private final String prefix = "s" + Long.toHexString(System.nanoTime());
    private final String queue = Topology.sweep(prefix, "s3");
    private final Set<Long> done = ConcurrentHashMap.newKeySet();
    private final Set<Long> givenUp = ConcurrentHashMap.newKeySet();

    RabbitStageIT(RabbitServer shared) {
        this.shared = shared;
    }

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @Test
    void everyEventIsDoneOrDeadLetteredAlthoughTheServerIsKilledInTheMiddle() throws Exception {
        RabbitBroker broker = broker(shared);
        StageVerticle stage = start(broker, 4, this::everyTenthFailsForGood);
        for (long id = 1; id <= 200; id++) {
            get(broker.publish(codec.encode(new CopyDue(id, "s3"))));
            if (id == 120) {
                shared.kill();
                shared.start();
            }
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(missing()).isEmpty());
        await().atMost(LONG).until(() -> stage.inFlight() == 0 && get(broker.depth(queue)) == 0);
        assertThat(get(stage.drain(Duration.ofSeconds(10)))).isZero();
        Set<String> dead = ConcurrentHashMap.newKeySet();
        for (Envelope letter : get(broker.deadLetters(queue, 1_000))) {
            assertThat(letter.headers())
                    .containsEntry(Headers.CODE, "COPY_UNREPAIRABLE")
                    .containsEntry(Headers.QUEUE, queue)
                    .containsEntry(Headers.ATTEMPTS, "1");
            dead.add(letter.id());
        }
        assertThat(dead).hasSize(20);
        get(broker.close());
    }

    @Test
    void whatIsForgedIsDeadLettered() throws Exception {
        RabbitBroker broker = broker(shared);
        start(broker, 1, (id, attempt) -> Outcome.done(List.of()));
        get(broker.publishTo(queue, new Envelope("1", "copy-due", 1, "copy.due", Map.of(), new byte[20_000_000])));
        get(broker.publishTo(queue, new Envelope("2", "copy-due", 9, "copy.due", Map.of(), new byte[1])));
        await().atMost(LONG).until(() -> get(broker.deadLetters(queue, 10)).size() == 2);
        assertThat(get(broker.deadLetters(queue, 10)))
                .extracting(letter -> letter.headers().get(Headers.CODE))
                .containsExactlyInAnyOrder("MESSAGE_MALFORMED", "MESSAGE_UNKNOWN");
        get(broker.close());
    }

    private List<Long> missing() {
        return LongStream.rangeClosed(1, 200)
                .filter(id -> !(id % 10 == 0 ? givenUp : done).contains(id))
                .boxed()
                .toList();
    }

    private Outcome everyTenthFailsForGood(long id, Attempt attempt) throws FailureException {
        if (id % 10 == 0) {
            throw new FailureException(ErrorCode.COPY_UNREPAIRABLE, "there is nothing left to repair from");
        }
        if (id % 7 == 0 && attempt.number() == 1) {
            throw new FailureException(ErrorCode.DESTINATION_BUSY, "come again");
        }
        done.add(id);
        return Outcome.done(List.of());
    }

    private interface Work {
        Outcome of(long id, Attempt attempt) throws FailureException, InterruptedException;
    }

    private RabbitBroker broker(RabbitServer server) throws Exception {
        RabbitBroker broker = new RabbitBroker(vertx, RabbitSettings.of(server.uri()));
        get(broker.declare(Topology.of(prefix, Set.of("s3"), LADDER)));
        return broker;
    }

    private StageVerticle start(RabbitBroker broker, int concurrency, Work work) throws Exception {
        StageHandler<CopyDue> handler = new StageHandler<>() {
            @Override
            public Outcome handle(CopyDue event, Attempt attempt) throws FailureException, InterruptedException {
                return work.of(event.copyId(), attempt);
            }

            @Override
            public Subject subject(CopyDue event) {
                return Subject.copy(event.copyId());
            }

            @Override
            public List<Event> giveUp(CopyDue event, Failure failure) {
                givenUp.add(event.copyId());
                return List.of();
            }
        };
        StageShell shell = new StageShell(
                vertx,
                broker,
                NO_LOG,
                new RetryPolicy(LADDER, Duration.ofHours(1)),
                codec,
                Clock.systemUTC(),
                () -> Duration.ofMinutes(1),
                StageMeter.NONE);
        StageVerticle running = shell.verticle(StageDefinition.named("verifier", queue, concurrency)
                .on(CopyDue.class, handler)
                .build());
        get(vertx.deployVerticle(running));
        return running;
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
