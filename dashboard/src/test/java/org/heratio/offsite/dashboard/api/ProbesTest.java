package org.heratio.offsite.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.dashboard.HangingProbe;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.MemoryDestination;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a destination may take to say whether it takes copies. */
final class ProbesTest {
    private final Vertx vertx = Vertx.vertx();
    private final Probes probes = new Probes(vertx, Duration.ofMillis(20));

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    private Probes.Probed probed(Destination destination) throws Exception {
        return probes.of("localfs", destination)
                .toCompletionStage()
                .toCompletableFuture()
                .get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aDestinationThatDoesNotAnswerHoldsOneThreadAndEndsInAnAnswerThatSaysSo() throws Exception {
        HangingProbe hanging = new HangingProbe(new MemoryDestination("localfs"));
        try {
            Probes.Probed first = probed(hanging.destination());
            Probes.Probed second = probed(hanging.destination());

            assertThat(first.ok()).isFalse();
            assertThat(first.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.level()).isEqualTo("error");
                assertThat(finding.text()).contains("did not answer within");
            });
            assertThat(second).isEqualTo(first);
            assertThat(hanging.begun()).isOne();
        } finally {
            hanging.end();
        }
        await("it answers again").until(() -> probed(hanging.destination()).ok());
    }
}
