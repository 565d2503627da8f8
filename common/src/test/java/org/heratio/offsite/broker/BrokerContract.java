package org.heratio.offsite.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every broker has to do. Each test has queues of its own, so that a real server can be shared by all of them. */
@Timeout(HangLimit.TEST_SECONDS)
public abstract class BrokerContract {
    private static final Duration SOON = HangLimit.STEP;
    private static final Duration A_WHILE = Duration.ofMillis(400);
    private static final Duration SHORT = Duration.ofMillis(300);
    /** So much longer that a busy machine does not publish the shorter one too late. */
    private static final Duration LONG = Duration.ofSeconds(6);

    private final String prefix = "t" + UUID.randomUUID().toString().substring(0, 8);
    private final List<Broker> opened = new ArrayList<>();
    private final String work = prefix + ".work";
    private final String other = prefix + ".other";
    private Broker broker;

    /** Vert.x of the test; closed here, after the brokers. */
    protected abstract Vertx vertx();

    /** One more connection to the same server. */
    protected abstract Broker connect();

    @BeforeEach
    void declareQueues() throws Exception {
        broker = open();
    }

    @AfterEach
    void closeBrokers() throws Exception {
        for (Broker each : opened) {
            get(each.close());
        }
        get(vertx().close());
    }

    @Test
    void deliversToEveryQueueThatIsBoundToTheKey() throws Exception {
        Basket first = consume(work, 10);
        Basket second = consume(other, 10);
        publish("thing.done", "a");
        publish("thing.started", "b");
        first.awaitBodies("a", "b");
        second.awaitBodies("a");
        first.staysAt(2);
        second.staysAt(1);
    }

    @Test
    void theQueuesOfOneLedgerAreRefusedToAnother() throws Exception {
        Topology topology = new Topology(prefix, List.of(), List.of());
        get(broker.declare(topology.ownedBy("one")));
        Broker second = connect();
        opened.add(second);
        get(second.declare(topology.ownedBy("one")));
        assertThatThrownBy(() -> get(second.declare(topology.ownedBy("two"))))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.BROKER_FOREIGN));
    }

    @Test
    void whetherAQueueIsThereCanBeAskedAtAnyTime() throws Exception {
        Broker second = connect();
        opened.add(second);
        assertThat(get(second.exists(work))).isTrue();
        assertThat(get(second.exists(work + ".nowhere"))).isFalse();
        assertThat(get(second.exists(work))).isTrue();
    }

    @Test
    void aMessageArrivesAsItWasSent() throws Exception {
        byte[] body = new byte[300_000];
        new Random(1).nextBytes(body);
        Envelope sent = new Envelope(
                UUID.randomUUID().toString(),
                "thing-done",
                7,
                "thing.done",
                Map.of(
                        "x-offsite-attempt",
                        "3",
                        "x-offsite-hint",
                        "früh\n\"später\" " + "lang ".repeat(300),
                        "x-offsite-empty",
                        ""),
                body);
        Basket basket = consume(work, 1);
        get(broker.publish(sent));
        basket.awaitSize(1);
        assertSame(basket.envelopes().get(0), sent);
    }

    @Test
    void aMessageIsTheSameAfterADelayAndAsADeadLetter() throws Exception {
        Envelope sent = envelope("thing.done", "body").withHeaders(Map.of("x-offsite-attempt", "2"));
        Basket basket = consume(work, 1);
        get(broker.publishLater(work, sent, SHORT));
        basket.awaitSize(1);
        assertSame(basket.envelopes().get(0), sent);
        get(broker.deadLetter(work, sent));
        await().atMost(SOON).until(() -> get(broker.deadLetters(work, 10)).size() == 1);
        assertSame(get(broker.deadLetters(work, 10)).get(0), sent);
    }

    @Test
    void whatNobodyListensToIsPublishedAllTheSame() throws Exception {
        get(broker.publish(envelope("nobody.cares", "x")));
    }

    @Test
    void keepsMessagesUntilAConsumerComes() throws Exception {
        publish("thing.done", "a");
        publish("thing.done", "b");
        awaitDepth(work, 2);
        Basket basket = consume(work, 10);
        basket.awaitBodies("a", "b");
        awaitDepth(work, 0);
    }

    @Test
    void oneConsumerGetsMessagesInTheOrderOfTheirPublication() throws Exception {
        Basket basket = consume(work, 3);
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            publish("thing.done", "m" + i);
            wanted.add("m" + i);
        }
        basket.ackAll();
        basket.awaitSize(50);
        assertThat(basket.bodies()).containsExactlyElementsOf(wanted);
    }

    @Test
    void neverHandsOutMoreThanThePrefetch() throws Exception {
        Basket basket = consume(work, 2);
        for (int i = 0; i < 5; i++) {
            publish("thing.done", "m" + i);
        }
        basket.awaitSize(2);
        basket.staysAt(2);
        get(basket.deliveries.poll().ack());
        basket.awaitSize(3);
        basket.staysAt(3);
        awaitDepth(work, 2);
    }

    @Test
    void consumersShareAQueue() throws Exception {
        Basket first = consume(work, 1);
        Basket second = consume(open(), work, 1);
        first.ackAll();
        second.ackAll();
        Set<String> wanted = new ConcurrentSkipListSet<>();
        for (int i = 0; i < 40; i++) {
            publish("thing.done", "m" + i);
            wanted.add("m" + i);
        }
        await().atMost(SOON).until(() -> first.size() + second.size() == 40);
        Set<String> all = new ConcurrentSkipListSet<>(first.bodies());
        all.addAll(second.bodies());
        assertThat(all).isEqualTo(wanted);
        assertThat(first.size()).isPositive();
        assertThat(second.size()).isPositive();
    }

    @Test
    void anAckedMessageNeverComesBack() throws Exception {
        Broker mine = open();
        Basket basket = consume(mine, work, 10);
        publish("thing.done", "a");
        publish("thing.done", "b");
        basket.awaitSize(2);
        Delivery first = basket.deliveries.poll();
        get(first.ack());
        get(first.ack());
        get(basket.deliveries.poll().ack());
        get(mine.close());
        Basket later = consume(work, 10);
        later.staysAt(0);
        awaitDepth(work, 0);
    }

    @Test
    void whatIsNotAckedGoesBackWhenTheBrokerIsClosed() throws Exception {
        Broker mine = open();
        Basket basket = consume(mine, work, 10);
        publish("thing.done", "a");
        publish("thing.done", "b");
        basket.awaitSize(2);
        get(basket.deliveries.poll().ack());
        get(mine.close());
        consume(work, 10).awaitBodies("b");
    }

    @Test
    void anAckAfterTheBrokerWasClosedHasNoEffect() throws Exception {
        Broker mine = open();
        Basket basket = consume(mine, work, 10);
        publish("thing.done", "a");
        basket.awaitSize(1);
        get(mine.close());
        Basket later = consume(work, 10);
        later.awaitBodies("a");
        basket.deliveries
                .poll()
                .ack()
                .toCompletionStage()
                .toCompletableFuture()
                .handle((v, e) -> null)
                .get(HangLimit.SECONDS, TimeUnit.SECONDS);
        publish("thing.done", "b");
        later.awaitBodies("a", "b");
        get(later.deliveries.poll().ack());
        get(later.deliveries.poll().ack());
    }

    @Test
    void aCancelledConsumerGetsNothingMoreAndCanStillAck() throws Exception {
        Broker mine = open();
        Basket basket = consume(mine, work, 10);
        publish("thing.done", "a");
        basket.awaitSize(1);
        get(basket.subscription.cancel());
        get(basket.subscription.cancel());
        publish("thing.done", "b");
        basket.staysAt(1);
        get(basket.deliveries.poll().ack());
        get(mine.close());
        consume(work, 10).awaitBodies("b");
    }

    @Test
    void whatACancelledConsumerHasNotAckedGoesBackWhenTheBrokerIsClosed() throws Exception {
        Broker mine = open();
        Basket basket = consume(mine, work, 10);
        publish("thing.done", "a");
        basket.awaitSize(1);
        get(basket.subscription.cancel());
        Basket second = consume(work, 10);
        second.staysAt(0);
        get(mine.close());
        second.awaitBodies("a");
    }

    @Test
    void aPausedConsumerGetsNothingUntilItIsResumed() throws Exception {
        Basket basket = consume(work, 1);
        publish("thing.done", "a");
        basket.awaitSize(1);
        basket.subscription.pause();
        basket.subscription.pause();
        get(basket.deliveries.poll().ack());
        publish("thing.done", "b");
        basket.staysAt(1);
        basket.subscription.resume();
        basket.subscription.resume();
        basket.awaitBodies("a", "b");
    }

    @Test
    void whatAPausedConsumerDoesNotTakeIsLeftToOthers() throws Exception {
        Basket paused = consume(work, 1);
        paused.subscription.pause();
        Basket ready = consume(open(), work, 10);
        ready.ackAll();
        for (int i = 0; i < 6; i++) {
            publish("thing.done", "m" + i);
        }
        // one message may have been on its way to the paused consumer, as with every prefetch
        await().atMost(SOON).until(() -> ready.size() >= 5);
        assertThat(paused.size()).isZero();
    }

    @Test
    void aDelayedMessageComesAfterItsDelayAndToItsQueueAlone() throws Exception {
        Basket basket = consume(work, 10);
        Basket beside = consume(other, 10);
        long start = System.nanoTime();
        get(broker.publishLater(work, envelope("thing.done", "late"), SHORT));
        basket.awaitSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT.minusMillis(20));
        beside.staysAt(0);
        basket.staysAt(1);
    }

    @Test
    void aShortDelayDoesNotWaitBehindALongOne() throws Exception {
        Basket basket = consume(work, 10);
        get(broker.publishLater(work, envelope("thing.done", "long"), LONG));
        get(broker.publishLater(work, envelope("thing.done", "short"), SHORT));
        basket.awaitSize(2);
        assertThat(basket.bodies()).containsExactly("short", "long");
    }

    @Test
    void aDelayedMessageOutlivesTheBrokerThatPublishedIt() throws Exception {
        Broker mine = open();
        get(mine.publishLater(work, envelope("thing.done", "late"), SHORT));
        get(mine.close());
        consume(work, 10).awaitBodies("late");
    }

    @Test
    void aMessageForOneQueueGoesToNoOther() throws Exception {
        get(broker.publishTo(work, envelope("thing.done", "mine")));
        consume(work, 10).awaitBodies("mine");
        consume(other, 10).staysAt(0);
    }

    @Test
    void deadLettersCanBeLookedAtAgainAndAgain() throws Exception {
        for (String body : List.of("a", "b", "c")) {
            get(broker.deadLetter(
                    work, envelope("thing.done", body).withHeaders(Map.of("x-offsite-code", "UNEXPECTED"))));
        }
        awaitDepth(prefix + ".work.dead", 3);
        for (int i = 0; i < 25; i++) {
            awaitDeadLetters("a", "b", "c");
        }
        assertThat(get(broker.deadLetters(work, 2))).hasSize(2);
        assertThat(get(broker.deadLetters(other, 2))).isEmpty();
        awaitDepth(prefix + ".work.dead", 3);
        awaitDepth(work, 0);
    }

    @Test
    void aVisitorSeesEachDeadLetterAndRemovesWhatItIsThroughWith() throws Exception {
        for (String body : List.of("a", "b", "c", "b")) {
            get(broker.deadLetter(work, envelope("thing.done", body)));
        }
        awaitDepth(prefix + ".work.dead", 4);
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        get(broker.visitLetters(prefix + ".work.dead", letter -> {
            String body = new String(letter.body(), StandardCharsets.UTF_8);
            seen.add(body);
            return Future.succeededFuture(body.equals("b"));
        }));
        assertThat(seen).containsExactly("a", "b", "c", "b");
        awaitDeadLetters("a", "c");
        get(broker.visitLetters(prefix + ".unrouted", letter -> Future.succeededFuture(true)));
        awaitDeadLetters("a", "c");
    }

    @Test
    void aVisitorThatFailsLeavesTheLetterAndThoseBehindIt() throws Exception {
        get(broker.deadLetter(work, envelope("thing.done", "a")));
        get(broker.deadLetter(work, envelope("thing.done", "b")));
        awaitDepth(prefix + ".work.dead", 2);
        assertThatThrownBy(() -> get(broker.visitLetters(
                        prefix + ".work.dead",
                        letter -> Future.failedFuture(
                                new FailureException(ErrorCode.LEDGER_UNAVAILABLE, "the ledger is away")))))
                .isInstanceOf(FailureException.class);
        awaitDeadLetters("a", "b");
    }

    @Test
    void declaringAgainChangesNothing() throws Exception {
        publish("thing.done", "a");
        get(broker.declare(topology()));
        get(open().declare(topology()));
        publish("thing.done", "b");
        Basket basket = consume(work, 10);
        basket.awaitBodies("a", "b");
        basket.staysAt(2);
    }

    @Test
    void listenersHearWhatMatchesTheirPattern() throws Exception {
        Broker elsewhere = open();
        Map<String, List<String>> patterns = Map.of(
                "#", List.of("copy", "copy.verified", "copy.verified.s3", "scan.completed"),
                "copy.*", List.of("copy.verified"),
                "copy.#", List.of("copy", "copy.verified", "copy.verified.s3"),
                "*.*.s3", List.of("copy.verified.s3"),
                "#.s3", List.of("copy.verified.s3"),
                "scan.completed", List.of("scan.completed"));
        Map<String, Basket> baskets = new HashMap<>();
        for (String pattern : patterns.keySet()) {
            baskets.put(pattern, listen(elsewhere, pattern));
        }
        for (String key : List.of("copy", "copy.verified", "copy.verified.s3", "scan.completed")) {
            get(broker.publish(envelope(key, key)));
        }
        for (Map.Entry<String, List<String>> each : patterns.entrySet()) {
            baskets.get(each.getKey()).awaitBodies(each.getValue().toArray(String[]::new));
        }
        baskets.get("copy.*").staysAt(1);
    }

    @Test
    void everyListenerHearsForItselfAndTakesNothingFromTheQueues() throws Exception {
        Basket first = listen(broker, "thing.#");
        Basket second = listen(broker, "thing.#");
        publish("thing.done", "a");
        first.awaitBodies("a");
        second.awaitBodies("a");
        consume(work, 1).awaitBodies("a");
    }

    @Test
    void aCancelledListenerHearsNothingMore() throws Exception {
        Basket gone = listen(broker, "#");
        Basket there = listen(broker, "#");
        get(gone.subscription.cancel());
        publish("thing.done", "a");
        there.awaitBodies("a");
        gone.staysAt(0);
    }

    @Test
    void handlersAreCalledOnAnEventLoop() throws Exception {
        ConcurrentLinkedQueue<Boolean> loops = new ConcurrentLinkedQueue<>();
        get(broker.consume(work, 1, d -> loops.add(Context.isOnEventLoopThread())));
        get(broker.listen("#", e -> loops.add(Context.isOnEventLoopThread())));
        publish("thing.done", "a");
        await().atMost(SOON).until(() -> loops.size() == 2);
        assertThat(loops).containsOnly(true);
    }

    @Test
    void takesMessagesFromManyThreadsAtOnce() throws Exception {
        Basket basket = consume(work, 10);
        basket.ackAll();
        List<Future<Void>> confirms = new CopyOnWriteArrayList<>();
        AtomicInteger number = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 100; i++) {
                    confirms.add(broker.publish(envelope("thing.done", "m" + number.incrementAndGet())));
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        get(Future.all(confirms));
        await().atMost(SOON).until(() -> Set.copyOf(basket.bodies()).size() == 400);
    }

    @Test
    void aQueueThatWasNotDeclaredIsAnErrorAndNotASilentLoss() {
        String missing = prefix + ".missing";
        Envelope envelope = envelope("thing.done", "x");
        assertFails(broker.consume(missing, 1, d -> {}));
        assertFails(broker.publishTo(missing, envelope));
        assertFails(broker.publishLater(missing, envelope, SHORT));
        assertFails(broker.deadLetter(missing, envelope));
        assertFails(broker.depth(missing));
        assertFails(broker.consumers(missing));
    }

    @Test
    void aClosedBrokerRefusesEverythingAndCanBeClosedAgain() throws Exception {
        Broker mine = open();
        get(mine.close());
        get(mine.close());
        assertFails(mine.publish(envelope("thing.done", "x")));
        assertFails(mine.consume(work, 1, d -> {}));
        assertFails(mine.listen("#", e -> {}));
        assertFails(mine.declare(topology()));
    }

    // ---- helpers

    private Topology topology() {
        return new Topology(
                prefix,
                List.of(
                        new Topology.WorkQueue(work, List.of("thing.*")),
                        new Topology.WorkQueue(other, List.of("thing.done", "#.done"))),
                List.of(SHORT, LONG));
    }

    private Broker open() throws Exception {
        Broker connected = connect();
        opened.add(connected);
        get(connected.declare(topology()));
        return connected;
    }

    private Basket consume(String queue, int prefetch) throws Exception {
        return consume(broker, queue, prefetch);
    }

    private static Basket consume(Broker through, String queue, int prefetch) throws Exception {
        Basket basket = new Basket();
        basket.subscription = get(through.consume(queue, prefetch, basket));
        return basket;
    }

    private static Basket listen(Broker through, String pattern) throws Exception {
        Basket basket = new Basket();
        basket.subscription = get(through.listen(pattern, basket.seen::add));
        return basket;
    }

    private void publish(String key, String body) throws Exception {
        get(broker.publish(envelope(key, body)));
    }

    private static Envelope envelope(String key, String body) {
        return new Envelope(
                UUID.randomUUID().toString(), "test", 1, key, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void countsTheConsumersOfAQueueAndNoListeners() throws Exception {
        assertThat(get(broker.consumers(work))).isZero();
        Broker second = open();
        get(second.consume(work, 1, delivery -> {}));
        Subscription first = get(broker.consume(work, 1, delivery -> {}));
        get(broker.listen("#", heard -> {}));
        await().atMost(SOON).until(() -> get(broker.consumers(work)) == 2);
        assertThat(get(broker.consumers(other))).isZero();
        get(first.cancel());
        await().atMost(SOON).until(() -> get(broker.consumers(work)) == 1);
        get(second.close());
        await().atMost(SOON).until(() -> get(broker.consumers(work)) == 0);
    }

    @Test
    void oneLookTellsTheStateOfSeveralQueuesAndCanBeRepeated() throws Exception {
        String dead = new Topology.WorkQueue(work, List.of()).dead();
        get(broker.consume(other, 1, delivery -> {}));
        get(broker.deadLetter(work, envelope("key", "gone")));
        for (int look = 0; look < 3; look++) {
            await().atMost(SOON)
                    .until(() -> get(broker.look(List.of(work, other, dead)))
                            .equals(Map.of(
                                    work, new QueueState(0, 0),
                                    other, new QueueState(0, 1),
                                    dead, new QueueState(1, 0))));
        }
        assertFails(broker.look(List.of("offsite.nothing")));
    }

    private void awaitDepth(String queue, long depth) {
        await().atMost(SOON).until(() -> get(broker.depth(queue)) == depth);
    }

    private void awaitDeadLetters(String... bodies) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get(broker.deadLetters(work, 100)))
                        .extracting(BrokerContract::text)
                        .containsExactlyInAnyOrder(bodies));
    }

    private static String text(Envelope envelope) {
        return new String(envelope.body(), StandardCharsets.UTF_8);
    }

    private static void assertSame(Envelope got, Envelope sent) {
        assertThat(got).usingRecursiveComparison().ignoringFields("headers").isEqualTo(sent);
        assertThat(got.headers()).containsAllEntriesOf(sent.headers());
    }

    private static void assertFails(Future<?> call) {
        assertThatThrownBy(() -> get(call)).isInstanceOf(FailureException.class);
    }

    private static <T> T get(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** What a consumer or listener got, acked or not. */
    private static final class Basket implements Handler<Delivery> {
        final ConcurrentLinkedQueue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Envelope> seen = new ConcurrentLinkedQueue<>();
        private volatile boolean acks;
        Subscription subscription;

        @Override
        public void handle(Delivery delivery) {
            seen.add(delivery.envelope());
            deliveries.add(delivery);
            if (acks) {
                drain();
            }
        }

        /** From now on acks everything, also what is here. */
        void ackAll() {
            acks = true;
            drain();
        }

        private void drain() {
            for (Delivery next = deliveries.poll(); next != null; next = deliveries.poll()) {
                next.ack();
            }
        }

        int size() {
            return seen.size();
        }

        List<Envelope> envelopes() {
            return List.copyOf(seen);
        }

        List<String> bodies() {
            return seen.stream().map(BrokerContract::text).toList();
        }

        void awaitSize(int size) {
            await().atMost(SOON).until(() -> seen.size() >= size);
        }

        /** Redelivery aside, every broker may deliver twice: each body at least once, and nothing else. */
        void awaitBodies(String... wanted) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(Set.copyOf(bodies())).containsExactlyInAnyOrder(wanted));
        }

        void staysAt(int size) {
            await().during(A_WHILE).atMost(SOON).until(() -> seen.size() == size);
        }
    }
}
