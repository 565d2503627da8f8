package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.failure.Backoff;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A destination that goes away and comes back. */
class BreakerTest {
    private static final Duration SOON = HangLimit.STEP;
    private static final Failure DOWN = new Failure(ErrorCode.DESTINATION_UNREACHABLE, "no route", null);
    private static final PayloadReady UPLOAD = new PayloadReady(1, 1, "s3");
    private static final Attempt ATTEMPT = new Attempt(1, (version, driver, done, total) -> {});
    private static final Failure DENIED = new Failure(ErrorCode.DESTINATION_DENIED, "no right", null);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger probes = new AtomicInteger();
    private final List<Boolean> told = new ArrayList<>();
    private final ManualClock clock = new ManualClock();
    private volatile boolean there;
    private volatile Failure answer = DOWN;

    private final Breaker breaker = breaker("uploader:s3", Breaker.NO_PUTS);

    /** Finds nothing to do where it has no script. */
    private final ScriptedHandler uploads = new ScriptedHandler();

    private final GuardedHandler<PayloadReady> guarded = new GuardedHandler<>(uploads, event -> breaker);

    private Breaker breaker(String name, Set<ErrorCode> down) {
        Backoff backoff = new Backoff(Duration.ofMillis(20), Duration.ofMillis(40));
        return new Breaker(vertx, name, down, this::probe, backoff, clock);
    }

    @AfterEach
    void closeVertx() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    private void probe() throws FailureException {
        probes.incrementAndGet();
        if (!there) {
            throw new FailureException(answer, null);
        }
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(DOWN);
        }
    }

    @Test
    void opensAfterThreeFailuresInARowAndNotBefore() {
        fail(2);
        breaker.succeeded();
        fail(2);
        assertThat(breaker.isOpen()).isFalse();
        fail(1);
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void failuresThatWaitingDoesNotMendDoNotCount() {
        for (int i = 0; i < 10; i++) {
            breaker.failed(DENIED);
        }
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void probesUntilTheDestinationIsBackAndTellsBoth() {
        breaker.onChange(open -> {
            synchronized (told) {
                told.add(open);
            }
        });
        fail(3);
        await().atMost(SOON).until(() -> probes.get() >= 3);
        assertThat(breaker.isOpen()).isTrue();
        there = true;
        await().atMost(SOON).until(() -> !breaker.isOpen());
        synchronized (told) {
            assertThat(told).containsExactly(true, false);
        }
    }

    @Test
    void onTrialOneFailureIsEnough() {
        there = true;
        fail(3);
        await().atMost(SOON).until(() -> !breaker.isOpen());
        there = false;
        fail(1);
        assertThat(breaker.isOpen()).isTrue();
        there = true;
        await().atMost(SOON).until(() -> !breaker.isOpen());
        breaker.succeeded();
        fail(2);
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void aProbeThatFailsForAnotherReasonLetsTheWorkFailWithIt() {
        fail(3);
        await().atMost(SOON).until(() -> probes.get() >= 2);
        assertThat(breaker.isOpen()).isTrue();
        answer = DENIED;
        await().atMost(SOON).until(() -> !breaker.isOpen());
        breaker.failed(DENIED);
        assertThat(breaker.isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"DESTINATION_FULL", "DESTINATION_READ_ONLY"})
    void aDestinationThatTakesNothingKeepsPutsAwayAndNoReads(ErrorCode code) {
        answer = new Failure(code, "nothing can be written", null);
        Breaker reads = breaker("verifier of s3", Breaker.NO_READS);
        for (int i = 0; i < 10; i++) {
            reads.failed(answer);
        }
        assertThat(reads.isOpen()).isFalse();

        fail(3);
        for (int i = 0; i < 3; i++) {
            reads.failed(DOWN);
        }
        assertThat(reads.isOpen()).isTrue();
        await().atMost(SOON).until(() -> !reads.isOpen());
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void workThatSucceedsLateDoesNotCloseIt() {
        fail(3);
        breaker.succeeded();
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void aGuardedHandlerPutsWorkOffWhileItIsOpenAndDoesTheWorkOfOthers() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        StageHandler<CopyDue> down = new StageHandler<>() {
            @Override
            public Outcome handle(CopyDue event, Attempt attempt) throws FailureException {
                calls.incrementAndGet();
                if (event.driver().equals("s3")) {
                    throw new FailureException(DOWN, null);
                }
                return Outcome.done(List.of());
            }

            @Override
            public Subject subject(CopyDue event) {
                return Subject.copy(event.copyId());
            }

            @Override
            public List<Event> giveUp(CopyDue event, Failure failure) {
                return List.of();
            }
        };
        GuardedHandler<CopyDue> guardedChecks =
                new GuardedHandler<>(down, event -> event.driver().equals("s3") ? breaker : null);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> guardedChecks.handle(new CopyDue(1, "s3"), ATTEMPT))
                    .isInstanceOf(FailureException.class);
        }
        assertThat(delay(guardedChecks.handle(new CopyDue(1, "s3"), ATTEMPT))).hasSeconds(30);
        clock.advance(Duration.ofMinutes(10));
        assertThat(delay(guardedChecks.handle(new CopyDue(1, "s3"), ATTEMPT))).hasMinutes(10);
        clock.advance(Duration.ofDays(2));
        assertThat(delay(guardedChecks.handle(new CopyDue(1, "s3"), ATTEMPT))).hasHours(1);
        assertThat(calls).hasValue(3);
        assertThat(guardedChecks.handle(new CopyDue(2, "rsync"), ATTEMPT)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aMessageThatFindsNothingToDoEndsNoRowOfFailures() throws Exception {
        guardedFailure();
        guardedFailure();
        guarded.handle(UPLOAD, ATTEMPT);
        guardedFailure();

        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void aMessageThatFindsNothingToDoEndsNoTrial() throws Exception {
        there = true;
        fail(3);
        await().atMost(SOON).until(() -> !breaker.isOpen());
        there = false;
        guarded.handle(UPLOAD, ATTEMPT);
        guardedFailure();

        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void workUnderALeaseEndsARowOfFailures() throws Exception {
        guardedFailure();
        guardedFailure();
        uploads.script.add((event, attempt) -> Outcome.under(new NoLease(), () -> Outcome.done(List::of)));
        guarded.handle(UPLOAD, ATTEMPT);
        guardedFailure();

        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void noTurnChangesHandsWhileItIsOpen() throws Exception {
        PayloadReady other = new PayloadReady(2, 2, "s3");
        uploads.before.add(other);
        fail(3);
        assertThat(guarded.inTurn(UPLOAD)).isEqualTo(UPLOAD);

        there = true;
        await().atMost(SOON).until(() -> !breaker.isOpen());
        assertThat(guarded.inTurn(UPLOAD)).isEqualTo(other);
    }

    private void guardedFailure() {
        uploads.script.add((event, attempt) -> {
            throw new FailureException(DOWN, null);
        });
        assertThatThrownBy(() -> guarded.handle(UPLOAD, ATTEMPT)).isInstanceOf(FailureException.class);
    }

    /** A lease on nothing. */
    private static final class NoLease implements Lease {
        @Override
        public boolean held() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static Duration delay(Outcome outcome) {
        return ((Outcome.Later) outcome).delay();
    }
}
