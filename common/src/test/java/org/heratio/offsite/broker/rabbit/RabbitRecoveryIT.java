package org.heratio.offsite.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Subscription;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Servers that die and networks that break: nothing is lost, and no future hangs. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitRecoveryIT {
    private static final Duration LONG = HangLimit.STEP;

    private final Vertx vertx = Vertx.vertx();
    private final RabbitServer server;
    private final String prefix = "k" + Long.toHexString(System.nanoTime());
    private final String queue = prefix + ".work";
    private final Topology topology = new Topology(
            prefix,
            List.of(new Topology.WorkQueue(queue, List.of("work.#"))),
            List.of(Duration.ofMillis(200), Duration.ofSeconds(1)));
    private final Set<Integer> received = ConcurrentHashMap.newKeySet();
    private final AtomicInteger deliveries = new AtomicInteger();
    private final AtomicInteger confirmed = new AtomicInteger();
    private CuttingProxy proxy;
    private RabbitBroker broker;

    RabbitRecoveryIT(RabbitServer server) {
        this.server = server;
    }

    @BeforeEach
    void connectThroughAProxy() throws Exception {
        proxy = new CuttingProxy(server.port());
        broker = new RabbitBroker(vertx, RabbitSettings.of("amqp://guest:guest@127.0.0.1:" + proxy.port()));
        get(broker.declare(topology));
    }

    @AfterEach
    void close() throws Exception {
        get(broker.close());
        get(vertx.close());
        proxy.close();
    }

    @Test
    void nothingIsLostWhenTheServerIsKilledAndStartedAgain() throws Exception {
        consume(20);
        Thread publisher = publish(4_000);
        await().atMost(LONG).until(() -> confirmed.get() > 300);
        server.kill();
        server.start();
        await().atMost(LONG).until(() -> confirmed.get() > 1_500);
        server.kill();
        server.start();
        publisher.join();
        awaitAll(4_000);
    }

    @Test
    void nothingIsLostWhenConnectionsAreResetAgainAndAgain() throws Exception {
        consume(20);
        Thread publisher = publish(4_000);
        for (int cut = 1; cut <= 8; cut++) {
            int reached = Math.min(3_900, confirmed.get() + 300);
            await().atMost(LONG).until(() -> confirmed.get() >= reached);
            proxy.reset();
        }
        publisher.join();
        awaitAll(4_000);
    }

    @Test
    void nothingIsLostWhenTheNetworkStallsInSilence() throws Exception {
        consume(20);
        Thread publisher = publish(1_000);
        await().atMost(LONG).until(() -> confirmed.get() > 100);
        int before = proxy.connections();
        proxy.stall();
        // the links are thrown away although nobody closed them
        await().atMost(LONG).until(() -> proxy.connections() >= before + 2);
        proxy.heal();
        publisher.join();
        awaitAll(1_000);
    }

    @Test
    void publishingGoesOnOnceAQueueThatWasFullHasRoomAgain() throws Exception {
        server.limit(prefix, "^" + prefix + "[.]work$", 2);
        int sent = 0;
        // a limit that comes later is told to channels a little later, too
        while (publishes(sent)) {
            sent++;
            assertThat(sent).isLessThan(10_000);
        }
        server.unlimit(prefix);
        consume(20);
        int refused = sent;
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> publishes(refused));
        awaitAll(refused + 1);
    }

    private boolean publishes(int number) throws Exception {
        return get(broker.publish(envelope(number))
                .onSuccess(v -> confirmed.incrementAndGet())
                .map(true)
                .otherwise(false));
    }

    @Test
    void aLinkThatNobodyAnswersHoldsNoWorkerWhenItIsThrownAway() throws Exception {
        Vertx single = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));
        RabbitLink link =
                get(RabbitLink.open(single, RabbitSettings.of("amqp://guest:guest@127.0.0.1:" + proxy.port()), "test"));
        proxy.stall();
        Future<Void> closed = link.close();
        // sooner than missing heartbeats would end it, which a server that is short of memory goes on sending
        assertThat(single.executeBlocking(() -> "free")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(15, TimeUnit.SECONDS))
                .isEqualTo("free");
        get(closed);
        get(single.close());
    }

    @Test
    void whatIsNotAckedComesAgainAfterACutAndAnAckFromBeforeTouchesNothing() throws Exception {
        ConcurrentLinkedQueue<Delivery> held = new ConcurrentLinkedQueue<>();
        get(broker.consume(queue, 2, held::add));
        get(broker.publish(envelope(1)));
        get(broker.publish(envelope(2)));
        get(broker.publish(envelope(3)));
        await().atMost(LONG).until(() -> held.size() == 2);
        proxy.reset();
        // two are in hand still: what came again waits until the handler is through with them
        await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> held.size() == 2);
        get(held.poll().ack());
        get(held.poll().ack());
        Set<Integer> again = ConcurrentHashMap.newKeySet();
        await().atMost(LONG).until(() -> {
            for (Delivery next = held.poll(); next != null; next = held.poll()) {
                again.add(number(next.envelope()));
                get(next.ack());
            }
            return again.size() == 3;
        });
        await().atMost(LONG).until(() -> get(broker.depth(queue)) == 0);
    }

    @Test
    void aPausedConsumerStaysPausedAcrossACut() throws Exception {
        ConcurrentLinkedQueue<Delivery> held = new ConcurrentLinkedQueue<>();
        Subscription subscription = get(broker.consume(queue, 2, held::add));
        subscription.pause();
        get(broker.publish(envelope(1)));
        proxy.reset();
        await().during(Duration.ofSeconds(2)).atMost(LONG).until(held::isEmpty);
        subscription.resume();
        await().atMost(LONG).until(() -> held.size() == 1);
        get(held.poll().ack());
    }

    @Test
    void pausingAndResumingFastLeavesOneConsumer() throws Exception {
        Subscription subscription = get(broker.consume(queue, 2, this::take));
        for (int i = 0; i < 20; i++) {
            subscription.pause();
            subscription.resume();
        }
        subscription.pause();
        get(broker.publish(envelope(1)));
        await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> deliveries.get() == 0);
        await().atMost(LONG).until(() -> get(broker.depth(queue)) == 1);
        subscription.resume();
        awaitAll(1);
    }

    @Test
    void listenersHearAgainAfterACut() throws Exception {
        get(broker.listen("work.#", envelope -> received.add(number(envelope))));
        proxy.reset();
        AtomicInteger number = new AtomicInteger();
        await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> {
            get(broker.publish(envelope(number.incrementAndGet())));
            return !received.isEmpty();
        });
    }

    @Test
    void aQueueThatWasDeletedIsMadeAgain() throws Exception {
        consume(2);
        RabbitLink link = get(RabbitLink.open(vertx, RabbitSettings.of(server.uri()), "test"));
        get(link.call(client -> client.queueDelete(queue)));
        get(link.close());
        AtomicInteger number = new AtomicInteger();
        await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> {
            get(broker.publish(envelope(number.incrementAndGet())));
            return !received.isEmpty();
        });
    }

    @Test
    @Tag("slow")
    void aServerThatIsShortOfMemoryIsNamedAndKeptTo() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(RabbitPublisher.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        log.addAppender(logged);
        try (RabbitServer full = new RabbitServer().start();
                CuttingProxy way = new CuttingProxy(full.port())) {
            RabbitBroker publisher =
                    new RabbitBroker(vertx, RabbitSettings.of("amqp://guest:guest@127.0.0.1:" + way.port()));
            get(publisher.declare(topology));
            get(publisher.publish(envelope(1)));
            int connections = way.connections();

            full.memoryLimit("0");
            assertThatThrownBy(() -> get(publisher.publish(envelope(2))))
                    .cause()
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE);
                        assertThat(e.failure().reason()).contains("takes no messages at present", "memory");
                        assertThat(e.failure().hint()).contains("give the server memory");
                    });
            Future<Void> waiting = publisher.publish(envelope(3));
            assertThat(way.connections()).as("the link is kept").isEqualTo(connections);

            full.memoryLimit("0.4");
            get(waiting);
            assertThat(way.connections()).isEqualTo(connections);
            get(publisher.close());
        } finally {
            log.detachAppender(logged);
        }
        assertThat(logged.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(event ->
                        assertThat(event.getFormattedMessage()).contains("RabbitMQ takes no messages", "memory"));
    }

    private void consume(int prefetch) throws Exception {
        get(broker.consume(queue, prefetch, this::take));
    }

    private void take(Delivery delivery) {
        deliveries.incrementAndGet();
        received.add(number(delivery.envelope()));
        delivery.ack();
    }

    /** Publishes one after the other, some at once, each again until it is confirmed. */
    private Thread publish(int count) {
        Thread thread = new Thread(() -> {
            Semaphore underWay = new Semaphore(50);
            for (int i = 1; i <= count; i++) {
                underWay.acquireUninterruptibly();
                publish(i, underWay);
            }
        });
        thread.start();
        return thread;
    }

    private void publish(int number, Semaphore underWay) {
        broker.publish(envelope(number))
                .onSuccess(v -> {
                    confirmed.incrementAndGet();
                    underWay.release();
                })
                .onFailure(e -> vertx.setTimer(100, t -> publish(number, underWay)));
    }

    private void awaitAll(int count) {
        await().atMost(LONG).until(() -> confirmed.get() == count || count == 1);
        await().atMost(LONG).until(() -> received.size() == count);
        await().atMost(LONG).until(() -> get(broker.depth(queue)) == 0);
        assertThat(deliveries.get()).isGreaterThanOrEqualTo(count);
    }

    private static Envelope envelope(int number) {
        return new Envelope(
                "id-" + number,
                "test",
                1,
                "work.done",
                Map.of(),
                Integer.toString(number).getBytes(StandardCharsets.UTF_8));
    }

    private static int number(Envelope envelope) {
        return Integer.parseInt(new String(envelope.body(), StandardCharsets.UTF_8));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
