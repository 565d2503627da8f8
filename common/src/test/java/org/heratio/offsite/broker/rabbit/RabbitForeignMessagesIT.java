package org.heratio.offsite.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ContentHeaderPropertyWriter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.BrokerDeadLetter;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages that nothing of ours sends: each of them can be given up, and none stands in the way of the others. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitForeignMessagesIT {
    private final Vertx vertx = Vertx.vertx();
    private final RabbitServer server;
    private final String prefix = "f" + Long.toHexString(System.nanoTime());
    private final String queue = prefix + ".work";
    private RabbitBroker broker;
    private Connection stranger;
    private Channel channel;

    RabbitForeignMessagesIT(RabbitServer server) {
        this.server = server;
    }

    @BeforeEach
    void connect() throws Exception {
        broker = new RabbitBroker(vertx, RabbitSettings.of(server.uri()));
        get(broker.declare(new Topology(prefix, List.of(new Topology.WorkQueue(queue, List.of("work.#"))), List.of())));
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(server.uri());
        stranger = factory.newConnection();
        channel = stranger.createChannel();
        channel.confirmSelect();
    }

    @AfterEach
    void close() throws Exception {
        stranger.close();
        get(broker.close());
        get(vertx.close());
    }

    @Test
    void headersThatFillAFrameAreLeftBehindWhenTheMessageIsGivenUp() throws Exception {
        send(new AMQP.BasicProperties.Builder()
                .messageId("large")
                .headers(Map.of(
                        "x-foreign", "x".repeat(50_000),
                        "x-offsite-reason", "y".repeat(50_000),
                        "x-offsite-routing-key", "z".repeat(30_000),
                        "x-offsite-attempt", "3"))
                .build());
        giveUpWithNewHeaders("large");
        Envelope letter = get(broker.deadLetters(queue, 10)).get(0);
        assertThat(letter.headers()).containsOnlyKeys("x-offsite-attempt", "x-offsite-hint");
    }

    @Test
    void anIdThatIsNoTextIsCutToOneThatCanBeSentAgain() throws Exception {
        send(new InvalidId(100));
        String id = "?".repeat(100);
        giveUpWithNewHeaders(id);
        remove(id);
        assertThat(ids()).isEmpty();
    }

    @Test
    void whatTheServerPutAsideSaysWhyAndWhen() throws Exception {
        long before = System.currentTimeMillis();
        server.policy(prefix, "^" + queue.replace(".", "[.]") + "$", "{\"message-ttl\":100}");
        get(broker.publish(envelope("late")));
        await().atMost(HangLimit.STEP).until(() -> ids().equals(List.of("late")));
        server.unlimit(prefix);
        Envelope letter = get(broker.deadLetters(queue, 10)).get(0);
        assertThat(letter.headers()).containsEntry(BrokerDeadLetter.REASON, "expired");
        // the server's seconds
        assertThat(Long.parseLong(letter.headers().get(BrokerDeadLetter.AT))).isGreaterThanOrEqualTo(before - 1_000);
    }

    @Test
    void aLetterWithoutAnIdHasTheSameOneAtEachLookAndCanBeDiscardedByIt() throws Exception {
        channel.basicPublish("", queue + ".dead", null, "one".getBytes(StandardCharsets.UTF_8));
        channel.basicPublish("", queue + ".dead", null, "two".getBytes(StandardCharsets.UTF_8));
        // a look on another connection may come before what is not confirmed
        channel.waitForConfirmsOrDie(40_000);
        List<String> ids = ids();
        assertThat(ids).doesNotHaveDuplicates().hasSize(2).isEqualTo(ids()).allMatch(id -> id.length() == 36);
        remove(ids.get(1));
        assertThat(ids()).containsExactly(ids.get(0));
    }

    @Test
    void whatFitsIntoNoFrameFailsForGoodAndAloneInItsBatch() throws Exception {
        Future<Void> impossible = broker.publish(envelope("i".repeat(300)));
        Future<Void> other = broker.publish(envelope("other"));
        assertThatThrownBy(() -> get(impossible))
                .hasCauseInstanceOf(FailureException.class)
                .extracting(e -> ((FailureException) e.getCause()).failure().code())
                .isEqualTo(ErrorCode.MESSAGE_MALFORMED);
        get(other);
        assertThat(get(broker.depth(queue))).isGreaterThanOrEqualTo(1);
    }

    private List<String> ids() throws Exception {
        return get(broker.deadLetters(queue, 10)).stream().map(Envelope::id).toList();
    }

    private void remove(String id) throws Exception {
        get(broker.visitLetters(
                queue + ".dead", letter -> Future.succeededFuture(letter.id().equals(id))));
    }

    private void send(AMQP.BasicProperties properties) throws IOException {
        channel.basicPublish("", queue, properties, "garbage".getBytes(StandardCharsets.UTF_8));
    }

    private void giveUpWithNewHeaders(String id) throws Exception {
        BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
        get(broker.consume(queue, 1, came::add));
        Delivery delivery = came.poll(HangLimit.SECONDS, TimeUnit.SECONDS);
        assertThat(delivery.envelope().id()).isEqualTo(id);
        get(broker.deadLetter(queue, delivery.envelope().withHeaders(Map.of("x-offsite-hint", "look"))));
        get(delivery.ack());
        get(broker.publish(envelope("after")));
    }

    private static Envelope envelope(String id) {
        return new Envelope(id, "test", 1, "work.done", Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    /** Properties with nothing but a message id, whose bytes are no UTF-8. */
    private static final class InvalidId extends AMQP.BasicProperties {
        private static final int MESSAGE_ID = 8;
        private static final int PROPERTIES = 14;
        private final int length;

        InvalidId(int length) {
            this.length = length;
        }

        @Override
        public void writePropertiesTo(ContentHeaderPropertyWriter writer) throws IOException {
            for (int property = 0; property < PROPERTIES; property++) {
                writer.writePresence(property == MESSAGE_ID);
            }
            writer.finishPresence();
            writer.writeOctet(length);
            for (int i = 0; i < length; i++) {
                writer.writeOctet(0xff);
            }
        }
    }
}
