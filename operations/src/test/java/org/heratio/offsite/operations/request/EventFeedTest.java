package org.heratio.offsite.operations.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventFeedTest {
    private final Vertx vertx = Vertx.vertx();
    private final Broker broker = new LocalBroker(vertx);
    private final EventCodec codec = new EventCodec();
    private final EventFeed feed = new EventFeed(broker, codec);
    private final List<Long> heard = new CopyOnWriteArrayList<>();
    private final List<Long> later = new CopyOnWriteArrayList<>();

    @BeforeEach
    void declare() throws Exception {
        get(broker.declare(
                Topology.of("offsite", Set.of("localfs"), RetryPolicy.standard().ladder())));
    }

    @AfterEach
    void close() throws Exception {
        get(broker.close());
        get(vertx.close());
    }

    @Test
    void nothingIsHeardAnyLongerOnceItIsClosed() throws Exception {
        EventFeed.Listening first = listen(heard);
        publish(1);
        await().atMost(HangLimit.STEP).until(() -> heard.contains(1L));

        first.close();
        first.close();
        try (EventFeed.Listening second = listen(later)) {
            publish(2);
            await().atMost(HangLimit.STEP).until(() -> later.contains(2L));
        }

        assertThat(heard).containsExactly(1L);
    }

    private EventFeed.Listening listen(List<Long> versions) throws Exception {
        return feed.listen("work.progress", WorkProgress.class, progress -> versions.add(progress.versionId()));
    }

    private void publish(long version) throws Exception {
        Event event = new WorkProgress("verifier", version, "localfs", 1, 2);
        get(broker.publish(codec.encode(event)));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
