package org.heratio.offsite.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long the command line waits for what goes on elsewhere. */
@Timeout(HangLimit.TEST_SECONDS)
class FuturesTest {
    /** So that the wait that anything gets is over soon. */
    private static final Duration ALREADY_WAITED = Duration.ofSeconds(-59);

    @Test
    void givesUpWhatIsStuck() {
        Future<Void> never = Promise.<Void>promise().future();
        assertThatThrownBy(() -> Futures.awaitBeyond(ALREADY_WAITED, never, "draining"))
                .isInstanceOfSatisfying(FailureException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE);
                    assertThat(e.failure().reason()).isEqualTo("draining took too long");
                });
    }

    @Test
    void waitsAsMuchLongerAsSomethingMayTake() throws Exception {
        Promise<Integer> late = Promise.promise();
        CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS).execute(() -> late.complete(7));
        Duration bound = Duration.ofSeconds(30);
        assertThat(Futures.awaitBeyond(bound.plus(ALREADY_WAITED), late.future(), "draining"))
                .isEqualTo(7);
    }
}
