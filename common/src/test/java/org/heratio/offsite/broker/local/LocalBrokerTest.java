package org.heratio.offsite.broker.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.BrokerContract;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalBrokerTest extends BrokerContract {
    private final Vertx vertx = Vertx.vertx();
    private final LocalServer server = new LocalServer(vertx);

    @Override
    protected Vertx vertx() {
        return vertx;
    }

    @Override
    protected Broker connect() {
        return new LocalBroker(vertx, server);
    }

    @Test
    void cannotBeMadeWhereThereIsNoEventLoop() {
        Deployable onWorker = context -> {
            new LocalBroker(vertx);
            return Future.succeededFuture();
        };
        var deployed = vertx.deployVerticle(onWorker, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .toCompletionStage()
                .toCompletableFuture();
        assertThatThrownBy(() -> deployed.get(HangLimit.SECONDS, TimeUnit.SECONDS))
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void servesOnePrefixOnly() {
        Broker broker = new LocalBroker(vertx);
        assertThat(broker.declare(new Topology("one", List.of(), List.of())).succeeded())
                .isTrue();
        assertThat(broker.declare(new Topology("two", List.of(), List.of())).failed())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a.b, a.b, true",
        "a.b, a.c, false",
        "a.b, a, false",
        "a, a.b, false",
        "a.*, a.b, true",
        "a.*, a, false",
        "a.*, a.b.c, false",
        "*, a, true",
        "#, a.b.c, true",
        "#, a, true",
        "a.#, a, true",
        "a.#, a.b.c, true",
        "a.#.c, a.c, true",
        "a.#.c, a.b.b.c, true",
        "a.#.c, a.b.b.d, false",
        "#.c, c, true",
        "#.*, a, true",
        "*.#.*, a, false",
        "*.#.*, a.b, true"
    })
    void patternsMatchAsInAmqp(String pattern, String key, boolean matches) {
        assertThat(TopicPattern.of(pattern).matches(key)).isEqualTo(matches);
    }
}
