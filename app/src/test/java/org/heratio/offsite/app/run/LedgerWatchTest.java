package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerWatchTest {
    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    @AfterEach
    void close() {
        answer.countDown();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aDatabaseThatNeverAnswersKeepsNobodyFromLookingAtTheFile() throws Exception {
        StopSignal stop = new StopSignal();
        try (LedgerWatch watch = new LedgerWatch(vertx, deletedOnceAsked(), stop, Duration.ofMillis(10))) {
            watch.start();

            assertThat(stop.await(HangLimit.STEP)).isTrue();
            assertThat(watch.lost()).isTrue();
            assertThat(asked.getCount()).isZero();
        }
    }

    /** A ledger whose database does not answer, and whose file is gone from then on. */
    private Ledger deletedOnceAsked() {
        return (Ledger) Proxy.newProxyInstance(
                Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("requireUnchanged")) {
                        asked.countDown();
                        answer.await();
                    } else if (asked.getCount() == 0) {
                        throw new LedgerException(ErrorCode.LEDGER_LOST, "the file was deleted", "put it back", null);
                    }
                    return null;
                });
    }
}
