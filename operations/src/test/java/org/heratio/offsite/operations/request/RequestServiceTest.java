package org.heratio.offsite.operations.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.RequestOptions;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.stage.BrokerPublisher;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(HangLimit.TEST_SECONDS)
class RequestServiceTest {
    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Broker broker = new LocalBroker(vertx);
    private final EventCodec codec = new EventCodec();
    private final EventFeed feed = new EventFeed(broker, codec);
    private final AtomicReference<String> id = new AtomicReference<>("");
    private final List<Long> heard = new CopyOnWriteArrayList<>();
    private Ledger ledger;
    private RequestService service;

    @BeforeEach
    void open() throws Exception {
        ledger = LedgerFixture.h2(vertx, directory);
        get(broker.declare(
                Topology.of("offsite", Set.of("localfs"), RetryPolicy.standard().ladder())));
        service = new RequestService(ledger.requests(), new BrokerPublisher(broker, codec), feed, Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        get(broker.close());
        ledger.close();
        get(vertx.close());
    }

    @Test
    void opensTheRequestWithItsOptionsAndFollowsItToItsEnd() throws Exception {
        AtomicReference<RequestOptions> options = new AtomicReference<>(RequestOptions.NONE);
        Crew crew = new Crew(() -> {
            options.set(ledger.requests().options(id.get()).orElseThrow());
            ledger.requests().scanned(id.get(), 3, 2);
        });

        RequestFollower.Result result = run(crew);

        assertThat(options.get()).isEqualTo(new RequestOptions(true, false));
        assertThat(result.allWell()).isTrue();
        assertThat(result.status().found()).isEqualTo(3);
        assertThat(crew.stopped).isTrue();
    }

    @Test
    void hearsNoProgressAnyLongerWhenItHasEnded() throws Exception {
        run(new Crew(() -> ledger.requests().scanned(id.get(), 0, 0)));
        requireSilence();
    }

    @Test
    void endsTheListeningAndTheWorkAlsoWhenNobodyMayWork() throws Exception {
        Crew crew = new Crew(() -> {
            throw new ConfigException(List.of(new ConfigProblem("no passphrase", "set one")));
        });

        assertThatThrownBy(() -> run(crew)).isInstanceOf(ConfigException.class);

        assertThat(crew.stopped).isTrue();
        requireSilence();
    }

    private void requireSilence() throws Exception {
        List<Long> others = new CopyOnWriteArrayList<>();
        try (EventFeed.Listening other =
                feed.listen("work.progress", WorkProgress.class, progress -> others.add(progress.versionId()))) {
            Event event = new WorkProgress("verifier", 7, "localfs", 1, 2);
            get(broker.publish(codec.encode(event)));
            await().atMost(HangLimit.STEP).until(() -> others.contains(7L));
        }
        assertThat(heard).isEmpty();
    }

    private RequestFollower.Result run(Workforce crew) throws Exception {
        RequestService.Order order = new RequestService.Order("replicate", false, true, HangLimit.STEP, request -> {
            id.set(request);
            return new ScanRequested(request, ScanReason.REQUEST, List.of("localfs"), true, true, false);
        });
        return service.run(order, crew, new Hearing(), new AtomicBoolean());
    }

    private interface Start {
        void run() throws LedgerException, ConfigException;
    }

    /** Works as the test says. */
    private static final class Crew implements Workforce {
        private final Start start;
        private boolean stopped;

        Crew(Start start) {
            this.start = start;
        }

        @Override
        public void start() throws LedgerException, ConfigException {
            start.run();
        }

        @Override
        public void look(long idleMillis) {}

        @Override
        public void stop() {
            stopped = true;
        }
    }

    private final class Hearing implements RequestService.Listener {
        @Override
        public void progress(WorkProgress progress) {
            heard.add(progress.versionId());
        }

        @Override
        public void ended(RequestStatus.Item item, ItemProgress how) {}

        @Override
        public void polled(RequestStatus status, Set<String> ended) {}
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
