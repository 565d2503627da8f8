package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.failure.Backoff;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.FailedWork;
import org.heratio.offsite.testing.HangLimit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two uploaders' stages in one process: one destination is down, the other is not. */
class BreakerStageTest {
    private static final Duration SOON = HangLimit.STEP;
    private static final List<Duration> LADDER = List.of(Duration.ofMillis(50));
    private static final int COPIES = 30;

    private final Vertx vertx = Vertx.vertx();
    private final LocalBroker broker = new LocalBroker(vertx);
    private final EventCodec codec = new EventCodec();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();
    private final Set<String> shipped = ConcurrentHashMap.newKeySet();
    private volatile boolean down = true;

    @AfterEach
    void closeVertx() throws Exception {
        get(vertx.close());
    }

    @Test
    void anOutageCostsAFewAttemptsAndHoldsUpNobodyElse() throws Exception {
        get(broker.declare(Topology.of("t", Set.of("s3", "rsync"), LADDER)));
        StageVerticle s3 = start("s3");
        StageVerticle rsync = start("rsync");
        for (int id = 1; id <= COPIES; id++) {
            get(broker.publish(codec.encode(new PayloadReady(id, id, "s3"))));
            get(broker.publish(codec.encode(new PayloadReady(COPIES + id, id, "rsync"))));
        }
        await().atMost(SOON).until(() -> shipped.size() == COPIES);
        await().atMost(SOON).until(() -> probes.get() >= 5);
        // three open it, and two were under way
        assertThat(attempts.get()).isBetween(3, 5);
        assertThat(failures.get()).isEqualTo(attempts.get());
        assertThat(get(broker.depth("t.upload.s3"))).isGreaterThanOrEqualTo(COPIES - 10L);

        down = false;
        await().atMost(SOON).until(() -> shipped.size() == 2 * COPIES);
        assertThat(get(broker.deadLetters("t.upload.s3", 10))).isEmpty();
        get(s3.drain(Duration.ofSeconds(5)));
        get(rsync.drain(Duration.ofSeconds(5)));
        get(broker.close());
    }

    private StageVerticle start(String driver) throws Exception {
        Breaker breaker = new Breaker(
                vertx,
                "uploader:" + driver,
                Breaker.NO_PUTS,
                this::probe,
                new Backoff(Duration.ofMillis(20), Duration.ofMillis(40)),
                Clock.systemUTC());
        StageDefinition stage = StageDefinition.named("uploader:" + driver, Topology.upload("t", driver), 2)
                .on(PayloadReady.class, new GuardedHandler<>(new Shipping(), event -> breaker))
                .pausedBy(breaker)
                .build();
        StageShell shell = new StageShell(
                vertx,
                broker,
                new NoPendingWork() {
                    @Override
                    public FailedWork attemptFailed(
                            String name, long version, long copy, int attempt, Failure failure, @Nullable Long delay) {
                        failures.incrementAndGet();
                        return FailedWork.UNKNOWN;
                    }
                },
                new RetryPolicy(LADDER, Duration.ofHours(1)),
                codec,
                Clock.systemUTC(),
                () -> Duration.ofMinutes(1),
                StageMeter.NONE);
        StageVerticle running = shell.verticle(stage);
        get(vertx.deployVerticle(running));
        return running;
    }

    private void probe() throws FailureException {
        probes.incrementAndGet();
        if (down) {
            throw new FailureException(ErrorCode.DESTINATION_UNREACHABLE, "no route");
        }
    }

    private final class Shipping implements StageHandler<PayloadReady> {
        @Override
        public Outcome handle(PayloadReady event, Attempt attempt) throws FailureException {
            if (down && event.driver().equals("s3")) {
                attempts.incrementAndGet();
                throw new FailureException(ErrorCode.DESTINATION_UNREACHABLE, "no route");
            }
            return Outcome.done(() -> {
                shipped.add(event.driver() + event.copyId());
                return List.of();
            });
        }

        @Override
        public Subject subject(PayloadReady event) {
            return Subject.copy(event.copyId());
        }

        @Override
        public List<Event> giveUp(PayloadReady event, Failure failure) {
            return List.of();
        }
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
