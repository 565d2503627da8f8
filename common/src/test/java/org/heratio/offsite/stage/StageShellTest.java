package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.FailedWork;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.testing.HangLimit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(HangLimit.TEST_SECONDS)
class StageShellTest {
    private static final String QUEUE = "t.upload.s3";
    private static final List<Duration> LADDER = List.of(Duration.ofMillis(20), Duration.ofMillis(60));
    private static final PayloadReady EVENT = new PayloadReady(7, 8, "s3");

    private record Noted(
            String stage,
            long copyId,
            int attempt,
            Failure failure,
            @Nullable Long delayMillis) {}

    private final Vertx vertx = Vertx.vertx();
    private final FailingBroker broker = new FailingBroker(new LocalBroker(vertx));
    private final EventCodec codec = new EventCodec();
    private final ManualClock clock = new ManualClock();
    private final ScriptedHandler handler = new ScriptedHandler();
    private final Queue<Noted> noted = new ConcurrentLinkedQueue<>();
    private final List<String> postponed = new CopyOnWriteArrayList<>();
    private final Queue<Event> heard = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ledgerAway = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private @Nullable StageVerticle stage;

    @BeforeEach
    void declareAndListen() throws Exception {
        get(broker.declare(Topology.of("t", Set.of("s3"), LADDER)));
        get(broker.listen("#", envelope -> {
            try {
                heard.add(codec.decode(envelope));
            } catch (FailureException e) {
                throw new AssertionError(e);
            }
        }));
    }

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        if (stage != null) {
            get(stage.drain(Duration.ofSeconds(1)));
        }
        get(broker.close());
        get(vertx.close());
    }

    // ---- what goes well

    @Test
    void anEventThatIsHandledIsFollowedUpAndAcked() throws Exception {
        start(1);
        publish();
        awaitFollowUps(1);
        awaitSettled();
        assertThat(handler.attempts).containsExactly(1);
        assertThat(noted).isEmpty();
        assertNothingDead();
    }

    @Test
    void aLeaseIsKeptUntilTheOutcomeIsRecorded() throws Exception {
        AtomicBoolean held = new AtomicBoolean(true);
        AtomicBoolean whileRecorded = new AtomicBoolean();
        handler.script.add((event, attempt) -> Outcome.under(
                new ScriptedLease(held),
                () -> Outcome.done(() -> {
                    whileRecorded.set(held.get());
                    return List.of();
                })));
        start(1);
        publish();
        await().untilAsserted(() -> assertThat(held).isFalse());
        assertThat(whileRecorded).isTrue();
    }

    @Test
    void aLeaseIsGivenBackWhenThereIsNothingToRecord() throws Exception {
        AtomicBoolean held = new AtomicBoolean(true);
        Outcome later = Outcome.under(new ScriptedLease(held), () -> Outcome.later(Duration.ofSeconds(1), "no room"));
        assertThat(later).isInstanceOf(Outcome.Later.class);
        assertThat(held).isFalse();

        held.set(true);
        assertThatThrownBy(() -> Outcome.under(new ScriptedLease(held), () -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(held).isFalse();
    }

    private record ScriptedLease(AtomicBoolean taken) implements Lease {
        @Override
        public boolean held() {
            return taken.get();
        }

        @Override
        public void close() {
            taken.set(false);
        }
    }

    @Test
    void aSecondDeliveryOfTheSameEventIsHandledAndFollowedUpAgain() throws Exception {
        start(1);
        Envelope envelope = codec.encode(EVENT);
        get(broker.publish(envelope));
        get(broker.publish(envelope));
        awaitFollowUps(2);
        awaitSettled();
        assertNothingDead();
    }

    @Test
    void worksOnAsManyEventsAtOnceAsItMayAndNoMore() throws Exception {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 6; i++) {
            handler.script.add((event, attempt) -> {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                release.await();
                atOnce.decrementAndGet();
                return ScriptedHandler.success(event);
            });
        }
        StageVerticle running = start(3);
        for (int i = 0; i < 6; i++) {
            publish();
        }
        await().until(() -> atOnce.get() == 3);
        await().during(Duration.ofMillis(200)).until(() -> running.inFlight() == 3);
        assertThat(get(broker.depth(QUEUE))).isEqualTo(3);
        release.countDown();
        awaitFollowUps(6);
        assertThat(most).hasValue(3);
    }

    @Test
    void workRunsOnANamedWorkerAndNotOnAnEventLoop() throws Exception {
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        handler.script.add((event, attempt) -> Outcome.done(() -> {
            threads.add(Thread.currentThread().getName());
            return List.of();
        }));
        start(1);
        publish();
        await().until(() -> threads.size() == 1);
        assertThat(threads.peek()).startsWith("offsite-uploader:s3");
    }

    @Test
    void aPausedStageTakesNothingUntilItIsResumed() throws Exception {
        StageVerticle running = start(1);
        running.pause();
        publish();
        await().during(Duration.ofMillis(200)).until(() -> handler.attempts.isEmpty());
        running.resume();
        awaitFollowUps(1);
    }

    // ---- whose turn it is

    @Test
    void anEventWhoseTurnItIsGoesFirstAndTheMessageThatCameWaitsForItsOwn() throws Exception {
        handler.before.add(new PayloadReady(9, 8, "s3"));
        start(1);
        publish();
        awaitFollowUps(2);
        awaitSettled();
        assertThat(handler.handled).containsExactly(9L, 7L);
        assertThat(handler.ahead).containsExactly(true, false);
        assertThat(followUps()).containsExactly(new CopyReplicated(9, "s3"), new CopyReplicated(7, "s3"));
        assertNothingDead();
    }

    @Test
    void anEventThatFailsInItsTurnIsNotedAndLeftToItsOwnMessage() throws Exception {
        handler.before.add(new PayloadReady(9, 8, "s3"));
        fail(ErrorCode.DESTINATION_UNREACHABLE);
        start(1);
        publish();
        awaitFollowUps(1);
        awaitSettled();
        assertThat(handler.handled).containsExactly(9L, 7L);
        assertThat(handler.attempts).containsExactly(1, 1);
        assertThat(noted).extracting(Noted::copyId).containsExactly(9L);
    }

    @Test
    void theWatchdogNamesTheEventThatIsWorkedOnAndNotTheMessageThatCame() throws Exception {
        PayloadReady other = new PayloadReady(9, 8, "s3");
        Envelope message = codec.encode(EVENT);

        EventWork work = new EventWork(message, codec.encode(other), other, unused());

        assertThat(work.text()).contains("copyId=9", "before message " + message.id());
        assertThat(new EventWork(message, message, EVENT, unused()).text()).endsWith(" " + message.id());
    }

    @SuppressWarnings("unchecked")
    private StageHandler<Event> unused() {
        return (StageHandler<Event>) (StageHandler<?>) handler;
    }

    @Test
    void anEventThatFailsForGoodInItsTurnHasALetterOfItsOwn() throws Exception {
        handler.before.add(new PayloadReady(9, 8, "s3"));
        fail(ErrorCode.ARCHIVE_INCOMPLETE);
        start(1);
        publish();
        awaitFollowUps(1);
        assertThat(codec.decode(awaitDead())).isEqualTo(new PayloadReady(9, 8, "s3"));
        awaitSettled();
    }

    @Test
    void aMessageThatGaveItsTurnIsKeptWhateverBecomesOfTheOtherEvent() throws Exception {
        String followUp = EventCodec.typeOf(CopyReplicated.class);
        AtomicInteger uncarried = new AtomicInteger(1);
        broker.uncarried.set(envelope -> envelope.type().equals(followUp) && uncarried.getAndDecrement() > 0);
        handler.before.add(new PayloadReady(9, 8, "s3"));
        start(1);
        publish();
        awaitFollowUps(1);
        awaitSettled();
        assertThat(followUps()).containsExactly(new CopyReplicated(7, "s3"));
        assertNothingDead();
    }

    // ---- what takes long

    @Test
    void workThatTakesLongHoldsNobodyUp() throws Exception {
        handler.script.add((event, attempt) -> {
            release.await();
            return ScriptedHandler.success(event);
        });
        StageVerticle running = start(1, 1);
        publish();
        await().until(() -> handler.handled.size() == 1);
        publish();
        publish();
        awaitFollowUps(2);
        assertThat(running.inFlight()).isEqualTo(1);
        release.countDown();
        awaitFollowUps(3);
        awaitSettled();
        await().until(() -> get(broker.consumers(QUEUE)) == 1);
    }

    @Test
    void noMoreThanSoManyEventsAreWorkedOnBesideWhatTakesLong() throws Exception {
        for (int i = 0; i < 5; i++) {
            handler.script.add((event, attempt) -> {
                release.await();
                return ScriptedHandler.success(event);
            });
        }
        StageVerticle running = start(1, 2);
        for (int i = 0; i < 5; i++) {
            publish();
        }
        await().until(() -> running.inFlight() == 3);
        await().during(Duration.ofMillis(200)).until(() -> running.inFlight() == 3);
        assertThat(get(broker.depth(QUEUE))).isEqualTo(2);
        release.countDown();
        awaitFollowUps(5);
    }

    @Test
    void whatGoesOnAfterTheWorkThatItStoodBesideHasItsWorkerAllTheSame() throws Exception {
        CountDownLatch firstEnds = new CountDownLatch(1);
        handler.script.add((event, attempt) -> {
            firstEnds.await();
            return ScriptedHandler.success(event);
        });
        for (int i = 0; i < 3; i++) {
            handler.script.add((event, attempt) -> {
                release.await();
                return ScriptedHandler.success(event);
            });
        }
        StageVerticle running = start(1, 2);
        publish();
        await().until(() -> handler.handled.size() == 1);
        for (int i = 0; i < 4; i++) {
            publish();
        }
        await().until(() -> handler.handled.size() == 3);

        firstEnds.countDown();

        await().until(() -> handler.handled.size() == 4);
        // nothing is taken in that no worker is free for
        await().during(Duration.ofMillis(200)).until(() -> running.inFlight() == 3);
        assertThat(get(broker.depth(QUEUE))).isEqualTo(1);
        release.countDown();
        awaitFollowUps(5);
        await().until(() -> get(broker.consumers(QUEUE)) == 1);
    }

    @Test
    void aStageThatDrainsTakesNothingMoreInBesideWhatTakesLong() throws Exception {
        handler.script.add((event, attempt) -> {
            release.await();
            return ScriptedHandler.success(event);
        });
        StageVerticle running = start(1, 1);
        publish();
        await().until(() -> get(broker.consumers(QUEUE)) == 2);
        Future<Integer> drained = running.drain(HangLimit.STEP);
        publish();
        release.countDown();
        assertThat(get(drained)).isZero();
        assertThat(get(broker.depth(QUEUE))).isEqualTo(1);
        assertThat(handler.handled).hasSize(1);
    }

    // ---- what may pass

    @Test
    void aTransientFailureIsNotedAndTriedAgainAlongTheLadder() throws Exception {
        fail(ErrorCode.DESTINATION_UNREACHABLE);
        fail(ErrorCode.DESTINATION_BUSY);
        fail(ErrorCode.DESTINATION_IO);
        start(1);
        publish();
        awaitFollowUps(1);
        awaitSettled();
        assertThat(handler.attempts).containsExactly(1, 2, 3, 4);
        assertThat(noted).extracting(Noted::attempt).containsExactly(1, 2, 3);
        assertThat(noted).extracting(Noted::copyId).containsOnly(7L);
        assertThat(noted).extracting(Noted::stage).containsOnly("uploader:s3");
        assertThat(noted).extracting(Noted::delayMillis).containsExactly(20L, 60L, 60L);
        assertNothingDead();
    }

    @Test
    void aFailureThatNobodyExpectedIsTransient() throws Exception {
        handler.script.add((event, attempt) -> {
            throw new IllegalStateException("a bug");
        });
        handler.script.add((event, attempt) -> {
            throw new StackOverflowError();
        });
        start(1);
        publish();
        awaitFollowUps(1);
        assertThat(noted)
                .extracting(n -> n.failure().code())
                .containsExactly(ErrorCode.UNEXPECTED, ErrorCode.UNEXPECTED);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {ArithmeticException.class, NumberFormatException.class, StringIndexOutOfBoundsException.class})
    void valuesThatNoArithmeticTakesAreTriedThreeTimesAndNotForADay(Class<? extends RuntimeException> type)
            throws Exception {
        RuntimeException bug = type.getDeclaredConstructor().newInstance();
        for (int i = 0; i < 10; i++) {
            handler.script.add((event, attempt) -> {
                throw bug;
            });
        }
        start(1);
        publish();
        Envelope letter = awaitDead();
        assertThat(handler.attempts).containsExactly(1, 2, 3);
        assertThat(letter.headers()).containsEntry(Headers.CODE, "UNEXPECTED").containsEntry(Headers.ATTEMPTS, "3");
        assertThat(handler.givenUp).hasSize(1);
    }

    @Test
    void aLedgerStepThatFailsUnexpectedlyIsAFailedAttempt() throws Exception {
        handler.script.add((event, attempt) -> Outcome.done(() -> {
            throw new IllegalStateException("a bug");
        }));
        start(1);
        publish();
        awaitFollowUps(1);
        assertThat(handler.attempts).containsExactly(1, 2);
    }

    @Test
    void anInterruptThatIsNoneOfOursIsAFailedAttempt() throws Exception {
        handler.script.add((event, attempt) -> {
            throw new InterruptedException("a library's whim");
        });
        fail(ErrorCode.INTERRUPTED);
        start(1);
        publish();
        awaitFollowUps(1);
        assertThat(noted)
                .extracting(n -> n.failure().code())
                .containsExactly(ErrorCode.INTERRUPTED, ErrorCode.INTERRUPTED);
    }

    @Test
    void laterCountsNoAttempt() throws Exception {
        for (int i = 0; i < 3; i++) {
            handler.script.add((event, attempt) -> Outcome.later(Duration.ofMillis(50), "no room in the spool"));
        }
        start(1);
        publish();
        awaitFollowUps(1);
        awaitSettled();
        assertThat(handler.attempts).containsExactly(1, 1, 1, 1);
        assertThat(noted).isEmpty();
    }

    @Test
    void whatStandsInTheWayIsNotedAndIsNoAttempt() throws Exception {
        handler.script.add((event, attempt) ->
                Outcome.later(Duration.ofMillis(50), new Failure(ErrorCode.SPOOL_FULL, "no room in the spool", null)));
        start(1);
        publish();
        awaitFollowUps(1);
        awaitSettled();
        assertThat(handler.attempts).containsExactly(1, 1);
        assertThat(noted).isEmpty();
        assertThat(postponed).containsExactly("no room in the spool");
    }

    @Test
    void anAttemptIsExhaustedWhenItsTimeIsOverSinceTheFirstFailure() throws Exception {
        fail(ErrorCode.DESTINATION_UNREACHABLE);
        handler.script.add((event, attempt) -> {
            clock.advance(Duration.ofHours(23));
            throw failure(ErrorCode.DESTINATION_UNREACHABLE);
        });
        handler.script.add((event, attempt) -> {
            clock.advance(Duration.ofHours(1));
            throw failure(ErrorCode.DESTINATION_UNREACHABLE);
        });
        long first = clock.millis();
        start(1);
        publish();
        Envelope letter = awaitDead();
        assertThat(handler.attempts).containsExactly(1, 2, 3);
        assertThat(noted).extracting(Noted::delayMillis).last().isNull();
        assertThat(handler.givenUp).hasSize(1);
        assertThat(letter.headers())
                .containsEntry(Headers.ATTEMPTS, "3")
                .containsEntry(Headers.FIRST_FAILED_AT, Long.toString(first))
                .containsEntry(Headers.LAST_FAILED_AT, Long.toString(clock.millis()));
    }

    // ---- what does not pass

    @Test
    void aPermanentFailureIsRecordedPublishedAndDeadLetteredWithItsStory() throws Exception {
        fail(ErrorCode.DESTINATION_DENIED);
        start(1);
        Envelope sent = codec.encode(EVENT);
        get(broker.publish(sent));
        Envelope letter = awaitDead();
        awaitSettled();
        assertThat(letter.id()).isEqualTo(sent.id());
        assertThat(letter.body()).isEqualTo(sent.body());
        assertThat(letter.headers())
                .isEqualTo(Map.of(
                        Headers.CODE, "DESTINATION_DENIED",
                        Headers.REASON, "it failed",
                        Headers.HINT, "do this",
                        Headers.ATTEMPTS, "1",
                        Headers.FIRST_FAILED_AT, Long.toString(clock.millis()),
                        Headers.LAST_FAILED_AT, Long.toString(clock.millis()),
                        Headers.STAGE, "uploader:s3",
                        Headers.QUEUE, QUEUE));
        assertThat(Headers.withoutHistory(letter).headers()).isEmpty();
        assertThat(handler.givenUp).extracting(Failure::code).containsExactly(ErrorCode.DESTINATION_DENIED);
        assertThat(heard).extracting(e -> e.getClass().getSimpleName()).contains("CopyFailed");
        assertThat(noted).extracting(Noted::delayMillis).containsExactly((Long) null);
    }

    @Test
    void aCorruptArchiveIsNotTriedAgain() throws Exception {
        fail(ErrorCode.ARCHIVE_INCOMPLETE);
        start(1);
        publish();
        awaitDead();
        assertThat(handler.attempts).containsExactly(1);
    }

    @Test
    void aFailureWhileGivingUpDoesNotKeepAMessageFromItsDeadQueue() throws Exception {
        fail(ErrorCode.DESTINATION_DENIED);
        handler.giveUpFailures.add(failure(ErrorCode.LEDGER_REFUSED));
        fail(ErrorCode.DESTINATION_DENIED);
        handler.giveUpFailures.add(new IllegalStateException("a bug"));
        start(1);
        publish();
        publish();
        await().until(() -> get(broker.deadLetters(QUEUE, 10)).size() == 2);
        awaitSettled();
    }

    @Test
    void whatFollowsAndCanNeverBePublishedEndsTheMessageInItsDeadQueueAndHoldsNoPlace() throws Exception {
        String followUp = EventCodec.typeOf(CopyReplicated.class);
        broker.uncarried.set(envelope -> envelope.type().equals(followUp));
        start(1);
        publish();
        assertThat(awaitDead().headers()).containsEntry(Headers.CODE, "MESSAGE_MALFORMED");
        broker.uncarried.set(envelope -> false);
        publish();
        awaitFollowUps(1);
        awaitSettled();
    }

    @Test
    void whatNotEvenTheDeadQueueTakesIsDroppedAndHoldsNoPlace() throws Exception {
        broker.uncarried.set(envelope -> true);
        start(1);
        publish();
        await().until(() -> broker.acks.get() == 1);
        broker.uncarried.set(envelope -> false);
        publish();
        awaitFollowUps(1);
        awaitSettled();
        assertNothingDead();
    }

    @Test
    void whatIsForgedOrUnknownIsDeadLetteredAndTheStageGoesOn() throws Exception {
        start(1);
        byte[] garbage = "\u0000\u0001garbage".getBytes(StandardCharsets.UTF_8);
        send(new Envelope("1", "payload-ready", 1, "payload.ready.s3", Map.of(), garbage));
        send(new Envelope("2", "payload-ready", 99, "payload.ready.s3", Map.of(), garbage));
        send(new Envelope("3\n", "rm -rf /", 1, "payload.ready.s3", Map.of(), new byte[0]));
        send(new Envelope("4", "payload-ready", 1, "payload.ready.s3", Map.of(), new byte[20_000_000]));
        Envelope misrouted = codec.encode(new CopyReplicated(1, "s3"));
        send(misrouted);
        await().until(() -> get(broker.deadLetters(QUEUE, 10)).size() == 5);
        assertThat(get(broker.deadLetters(QUEUE, 10)))
                .extracting(letter -> letter.headers().get(Headers.CODE))
                .containsExactly(
                        "MESSAGE_MALFORMED",
                        "MESSAGE_UNKNOWN",
                        "MESSAGE_UNKNOWN",
                        "MESSAGE_MALFORMED",
                        "MESSAGE_UNKNOWN");
        assertThat(handler.attempts).isEmpty();
        publish();
        awaitFollowUps(1);
    }

    @Test
    void forgedHeadersNeitherStopTheStageNorMakeAMessageImmortal() throws Exception {
        start(1);
        for (String nonsense : List.of("x", "-1", "0", "99999999999999999999", "2147483648")) {
            fail(ErrorCode.DESTINATION_IO);
            send(codec.encode(EVENT).withHeaders(Map.of(Headers.ATTEMPT, nonsense, Headers.FIRST_FAILED_AT, nonsense)));
        }
        await().until(() -> noted.size() == 5);
        assertThat(noted).extracting(Noted::attempt).containsOnly(1);
        long future = clock.millis() + Duration.ofDays(3650).toMillis();
        Envelope immortal = codec.encode(EVENT).withHeaders(Map.of(Headers.FIRST_FAILED_AT, Long.toString(future)));
        assertThat(Headers.firstFailedAt(immortal, clock.millis())).isEqualTo(clock.millis());
    }

    // ---- ledger and broker away

    @Test
    void aLedgerThatIsAwayDuringTheWorkCountsNoAttempt() throws Exception {
        fail(ErrorCode.LEDGER_UNAVAILABLE);
        fail(ErrorCode.LEDGER_UNAVAILABLE);
        start(1);
        publish();
        awaitFollowUps(1);
        assertThat(handler.attempts).containsExactly(1, 1, 1);
        assertThat(noted).isEmpty();
    }

    @Test
    void aLedgerThatIsLostEndsTheStageAndNothingIsAcked() throws Exception {
        CountDownLatch tried = new CountDownLatch(1);
        handler.script.add((event, attempt) -> Outcome.done(() -> {
            tried.countDown();
            throw failure(ErrorCode.LEDGER_LOST);
        }));
        StageVerticle running = start(1);
        publish();
        tried.await();
        get(running.drain(Duration.ofSeconds(10)));
        assertThat(noted).isEmpty();
        assertThat(followUps()).isEmpty();
        assertNothingDead();
        assertUnacked();
    }

    @Test
    void aLedgerStepIsRepeatedWithoutTheWorkUntilItIsTaken() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        handler.script.add((event, attempt) -> Outcome.done(() -> {
            if (steps.incrementAndGet() < 3) {
                throw failure(ErrorCode.LEDGER_UNAVAILABLE);
            }
            return List.of(new CopyReplicated(event.copyId(), event.driver()));
        }));
        start(1);
        publish();
        awaitFollowUps(1);
        assertThat(handler.attempts).containsExactly(1);
        assertThat(steps).hasValue(3);
    }

    @Test
    void anAttemptIsNotedEvenIfTheLedgerIsAwayForAWhile() throws Exception {
        fail(ErrorCode.DESTINATION_IO);
        ledgerAway.set(2);
        start(1);
        publish();
        awaitFollowUps(1);
        assertThat(noted).hasSize(1);
    }

    @Test
    void aStepThatTheLedgerNeverTakesIsLeftToTheNextStart() throws Exception {
        CountDownLatch tried = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            handler.script.add((event, attempt) -> Outcome.done(() -> {
                tried.countDown();
                throw failure(ErrorCode.LEDGER_UNAVAILABLE);
            }));
        }
        StageVerticle running = start(1);
        publish();
        tried.await();
        get(running.drain(Duration.ofSeconds(10)));
        assertThat(running.inFlight()).isZero();
        assertThat(followUps()).isEmpty();
        assertUnacked();
    }

    @Test
    void aCrashBetweenLedgerAndPublicationOnlyRepeatsThePublication() throws Exception {
        CountDownLatch recorded = new CountDownLatch(1);
        handler.script.add((event, attempt) -> Outcome.done(() -> {
            recorded.countDown();
            broker.failures.set(2);
            return List.of(new CopyReplicated(event.copyId(), event.driver()));
        }));
        start(1);
        publish();
        recorded.await();
        awaitFollowUps(1);
        awaitSettled();
        assertThat(handler.attempts).containsExactly(1);
    }

    @Test
    void retriesAndDeadLettersSurviveABrokerThatIsAway() throws Exception {
        handler.script.add((event, attempt) -> {
            broker.failures.set(2);
            throw failure(ErrorCode.DESTINATION_IO);
        });
        handler.script.add((event, attempt) -> {
            broker.failures.set(2);
            throw failure(ErrorCode.DESTINATION_DENIED);
        });
        start(1);
        publish();
        awaitDead();
        awaitSettled();
        assertThat(handler.attempts).containsExactly(1, 2);
    }

    @Test
    void aMessageWhoseFollowUpsCannotBePublishedIsNotAcked() throws Exception {
        handler.script.add((event, attempt) -> {
            broker.failures.set(Integer.MAX_VALUE);
            return ScriptedHandler.success(event);
        });
        StageVerticle running = start(1);
        publish();
        await().until(() -> broker.failures.get() > 0 && broker.failures.get() < Integer.MAX_VALUE);
        get(running.drain(Duration.ofSeconds(10)));
        assertThat(followUps()).isEmpty();
        assertUnacked();
    }

    // ---- stopping

    @Test
    void drainWaitsForWhatIsUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        handler.script.add((event, attempt) -> {
            begun.countDown();
            release.await();
            return ScriptedHandler.success(event);
        });
        StageVerticle running = start(1);
        publish();
        publish();
        begun.await();
        Future<Integer> drained = running.drain(Duration.ofSeconds(30));
        await().during(Duration.ofMillis(100)).until(() -> !drained.isComplete());
        release.countDown();
        assertThat(get(drained)).isZero();
        awaitFollowUps(1);
        assertThat(handler.attempts).hasSize(1);
        assertThat(get(broker.depth(QUEUE))).isEqualTo(1);
        assertThat(get(running.drain(Duration.ZERO))).isZero();
    }

    @Test
    void anIdleStageIsDrainedAtOnce() throws Exception {
        StageVerticle running = start(4);
        assertThat(get(running.drain(Duration.ofMinutes(10)))).isZero();
    }

    @Test
    void workThatTakesTooLongIsInterruptedAndGoesBackWithoutAnAttempt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        handler.script.add((event, attempt) -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return ScriptedHandler.success(event);
        });
        StageVerticle running = start(1);
        publish();
        begun.await();
        assertThat(get(running.drain(Duration.ofMillis(50)))).isZero();
        assertThat(noted).isEmpty();
        assertNothingDead();
        assertUnacked();
    }

    @Test
    void whatAnInterruptLooksLikeToALibraryIsNotTakenForAFailure() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        for (ErrorCode code : List.of(ErrorCode.DESTINATION_DENIED, ErrorCode.LEDGER_UNAVAILABLE)) {
            handler.script.add((event, attempt) -> {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw failure(code);
                }
                return ScriptedHandler.success(event);
            });
        }
        StageVerticle running = start(2);
        publish();
        publish();
        begun.await();
        assertThat(get(running.drain(Duration.ofMillis(50)))).isZero();
        assertThat(noted).isEmpty();
        assertNothingDead();
    }

    @Test
    void aHandlerThatIgnoresTimeIsLeftBehindAndRecordsNothingAnyMore() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger recorded = new AtomicInteger();
        handler.script.add((event, attempt) -> {
            begun.countDown();
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
            ended.countDown();
            return Outcome.done(() -> {
                recorded.incrementAndGet();
                return List.of();
            });
        });
        StageVerticle running = start(1);
        publish();
        begun.await();
        long start = System.nanoTime();
        assertThat(get(running.drain(Duration.ofMillis(50)))).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(HangLimit.STEP);
        release.countDown();
        ended.await();
        await().until(() -> running.inFlight() == 0);
        assertThat(recorded).hasValue(0);
        assertUnacked();
    }

    // ---- progress

    @Test
    void progressIsPublishedAtMostTwiceASecondForEachPieceOfWork() throws Exception {
        handler.script.add((event, attempt) -> {
            for (int i = 0; i < 1_000; i++) {
                attempt.progress().report(3, "s3", i, 1_000);
                attempt.progress().report(4, "s3", i, 1_000);
                clock.advance(Duration.ofMillis(1));
            }
            attempt.progress().report(0, "", 1, 1);
            return ScriptedHandler.success(event);
        });
        start(1);
        publish();
        awaitFollowUps(1);
        Map<Long, List<Long>> reports = heard.stream()
                .filter(WorkProgress.class::isInstance)
                .map(WorkProgress.class::cast)
                .collect(Collectors.groupingBy(
                        WorkProgress::versionId, Collectors.mapping(WorkProgress::done, Collectors.toList())));
        assertThat(reports).isEqualTo(Map.of(3L, List.of(0L, 500L), 4L, List.of(0L, 500L)));
    }

    // ---- helpers

    private StageVerticle start(int concurrency) throws Exception {
        return start(concurrency, 0);
    }

    /** @param besideLong how many events beside those that take longer than a moment */
    private StageVerticle start(int concurrency, int besideLong) throws Exception {
        StageShell shell = new StageShell(
                vertx,
                broker,
                attemptLog(),
                new RetryPolicy(LADDER, Duration.ofHours(24)),
                codec,
                clock,
                () -> Duration.ofMinutes(1),
                StageMeter.NONE);
        StageVerticle running = shell.verticle(StageDefinition.named("uploader:s3", QUEUE, concurrency)
                .on(PayloadReady.class, handler)
                .besideLong(besideLong, Duration.ofMillis(20))
                .build());
        get(vertx.deployVerticle(running));
        stage = running;
        return running;
    }

    private PendingWork attemptLog() {
        return new NoPendingWork() {
            @Override
            public FailedWork attemptFailed(
                    String stageName,
                    long versionId,
                    long copyId,
                    int attempt,
                    Failure failure,
                    @Nullable Long delayMillis)
                    throws LedgerException {
                note(stageName, copyId, attempt, failure, delayMillis);
                return FailedWork.UNKNOWN;
            }

            @Override
            public void postponed(long versionId, long copyId, @Nullable Failure obstacle, long delayMillis) {
                postponed.add(obstacle == null ? "" : obstacle.reason());
            }
        };
    }

    private void note(String stageName, long copyId, int attempt, Failure failure, @Nullable Long delayMillis)
            throws LedgerException {
        if (ledgerAway.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new LedgerException(ErrorCode.LEDGER_UNAVAILABLE, "it failed", null);
        }
        noted.add(new Noted(stageName, copyId, attempt, failure, delayMillis));
    }

    private void fail(ErrorCode code) {
        handler.script.add((event, attempt) -> {
            throw failure(code);
        });
    }

    private static FailureException failure(ErrorCode code) {
        return new FailureException(code, "it failed", "do this");
    }

    private void publish() throws Exception {
        send(codec.encode(EVENT));
    }

    private void send(Envelope envelope) throws Exception {
        get(broker.publishTo(QUEUE, envelope));
    }

    private List<Event> followUps() {
        return heard.stream().filter(CopyReplicated.class::isInstance).toList();
    }

    private void awaitFollowUps(int count) {
        await().until(() -> followUps().size() == count);
    }

    private Envelope awaitDead() throws Exception {
        await().until(() -> get(broker.deadLetters(QUEUE, 10)).size() == 1);
        return get(broker.deadLetters(QUEUE, 10)).get(0);
    }

    private void awaitSettled() {
        StageVerticle running = stage;
        await().until(() -> running != null && running.inFlight() == 0 && get(broker.depth(QUEUE)) == 0);
    }

    private void assertNothingDead() throws Exception {
        assertThat(get(broker.deadLetters(QUEUE, 10))).isEmpty();
    }

    /** What is not acked goes back to its queue when the broker is closed: its own contract sees to that. */
    private void assertUnacked() {
        assertThat(broker.acks).hasValue(0);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
