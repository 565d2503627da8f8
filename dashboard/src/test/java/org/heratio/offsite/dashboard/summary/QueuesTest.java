package org.heratio.offsite.dashboard.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.QueueState;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;

/** Which queues the page looks at. */
final class QueuesTest {
    @Test
    void everyQueueOfTheTopologyIsLookedAtAndTheUnroutedOneToo() {
        Topology topology = Topology.of("offsite", Set.of("localfs", "s3"), List.of());
        List<String> wanted = new ArrayList<>(
                topology.queues().stream().map(Topology.WorkQueue::name).toList());
        wanted.add(topology.unrouted());

        assertThat(Queues.queues("offsite", List.of("localfs", "s3"))).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void verifiersHaveTheNamesThatTheyGiveThemselves() {
        assertThat(Queues.names(List.of("s3")))
                .extracting(Queues.Name::label)
                .contains("uploader:s3", "verifier:s3", "verifier:s3:sweep");
    }

    @Test
    void aBrokerThatDoesNotAnswerFailsTheLook() {
        Broker silent = (Broker) Proxy.newProxyInstance(
                Broker.class.getClassLoader(),
                new Class<?>[] {Broker.class},
                (proxy, method, arguments) -> Promise.promise().future());
        Queues queues = new Queues(silent, "offsite", List.of("s3"), Duration.ofMillis(20));

        assertThat(queues.look().toCompletionStage().toCompletableFuture())
                .failsWithin(Duration.ofSeconds(HangLimit.SECONDS))
                .withThrowableThat()
                .withCauseInstanceOf(FailureException.class)
                .withMessageContaining("did not answer");
    }

    @Test
    void oneLookIsOneQuestionToTheBroker() {
        List<String> asked = new ArrayList<>();
        Broker broker = (Broker) Proxy.newProxyInstance(
                Broker.class.getClassLoader(), new Class<?>[] {Broker.class}, (proxy, method, arguments) -> {
                    asked.add(method.getName());
                    return Future.succeededFuture(Map.of("offsite.scan", new QueueState(7, 1)));
                });
        List<Queues.Depth> depths = new Queues(broker, "offsite", List.of("s3"), Duration.ofMinutes(1))
                .look()
                .result();

        assertThat(asked).containsExactly("look");
        assertThat(depths.get(0).waiting()).isEqualTo(7);
        assertThat(depths.get(0).consumers()).isOne();
        assertThat(depths.get(1).waiting()).isZero();
    }
}
