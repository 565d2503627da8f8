package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The figures of a stage. */
@Timeout(HangLimit.TEST_SECONDS)
final class StageMeterTest {
    private static final List<Duration> LADDER = List.of(Duration.ofMillis(20));

    private final Vertx vertx = Vertx.vertx();
    private final Broker broker = new LocalBroker(vertx);
    private final EventCodec codec = new EventCodec();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Queue<StageWorkScript> script = new ConcurrentLinkedQueue<>();

    private interface StageWorkScript {
        Outcome run(PayloadReady event, Attempt attempt) throws FailureException, InterruptedException;
    }

    private final class Scripted implements StageHandler<PayloadReady> {
        @Override
        public Outcome handle(PayloadReady event, Attempt attempt) throws FailureException, InterruptedException {
            return script.remove().run(event, attempt);
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

    private final class Tape implements StageMeter {
        @Override
        public void runs(String stage, BooleanSupplier paused) {
            told.add("runs " + stage + (paused.getAsBoolean() ? " paused" : ""));
        }

        @Override
        public void began(String stage) {
            told.add("began");
        }

        @Override
        public void ended(String stage) {
            told.add("ended");
        }

        @Override
        public void done(String stage, Duration took, List<? extends Event> followUps) {
            told.add("done " + followUps.size() + (took.isNegative() ? " in no time" : ""));
        }

        @Override
        public void failed(String stage, ErrorCode code, boolean again) {
            told.add("failed " + code + (again ? " again" : ""));
        }

        @Override
        public void moved(String stage, long bytes) {
            told.add("moved " + bytes);
        }
    }

    @AfterEach
    void close() throws Exception {
        get(broker.close());
        get(vertx.close());
    }

    private void work(StageWorkScript... attempts) throws Exception {
        script.addAll(List.of(attempts));
        get(broker.declare(Topology.of("t", Set.of("s3"), LADDER)));
        StageVerticle stage = new StageShell(
                        vertx,
                        broker,
                        new NoPendingWork(),
                        new RetryPolicy(LADDER, Duration.ofHours(1)),
                        codec,
                        Clock.systemUTC(),
                        () -> Duration.ofMinutes(1),
                        new Tape())
                .verticle(StageDefinition.named("uploader:s3", Topology.upload("t", "s3"), 1)
                        .on(PayloadReady.class, new Scripted())
                        .build());
        get(vertx.deployVerticle(stage));
        get(broker.publish(codec.encode(new PayloadReady(7, 8, "s3"))));
        await().untilAsserted(() -> {
            assertThat(script).isEmpty();
            assertThat(told).last().isEqualTo("ended");
        });
        get(stage.drain(Duration.ofSeconds(5)));
    }

    @Test
    void workThatIsDoneIsTimedAndItsBytesAreCountedOnce() throws Exception {
        work((event, attempt) -> {
            // the parts of an upload report out of order, and a second reading begins anew
            for (long done : new long[] {10, 40, 30, 50, 20, 50}) {
                attempt.progress().report(3, "s3", done, 50);
            }
            return Outcome.done(List.of(new CopyReplicated(event.copyId(), "s3")));
        });
        assertThat(told)
                .containsExactly("runs uploader:s3", "began", "moved 10", "moved 30", "moved 10", "done 1", "ended");
    }

    @Test
    void attemptsThatFailSayWithWhatAndWhetherAnotherOneFollows() throws Exception {
        work(
                (event, attempt) -> {
                    throw new FailureException(ErrorCode.DESTINATION_UNREACHABLE, "away");
                },
                (event, attempt) -> Outcome.later(Duration.ofMillis(20), "not now"),
                (event, attempt) -> {
                    throw new FailureException(ErrorCode.ARCHIVE_INCOMPLETE, "cut");
                });
        assertThat(told)
                .containsExactly(
                        "runs uploader:s3",
                        "began",
                        "failed DESTINATION_UNREACHABLE again",
                        "ended",
                        "began",
                        "ended",
                        "began",
                        "failed ARCHIVE_INCOMPLETE",
                        "ended");
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
