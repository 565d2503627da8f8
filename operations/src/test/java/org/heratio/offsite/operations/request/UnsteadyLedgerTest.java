package org.heratio.offsite.operations.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.stage.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever follows a run is not easily put off. */
class UnsteadyLedgerTest {
    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final ManualClock clock = new ManualClock();
    private final AtomicInteger away = new AtomicInteger();
    private ErrorCode trouble = ErrorCode.LEDGER_UNAVAILABLE;
    private Ledger ledger;

    @BeforeEach
    void openALedgerWithARequestThatIsThrough() throws Exception {
        ledger = LedgerFixture.h2(vertx, directory, clock);
        ledger.requests().open("r", "replicate");
        ledger.requests().scanned("r", 0, 0);
    }

    @AfterEach
    void close() {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** The same requests, in a ledger that is away for so many calls; each takes ten seconds to say so. */
    private Requests unsteady() {
        return (Requests) Proxy.newProxyInstance(
                Requests.class.getClassLoader(), new Class<?>[] {Requests.class}, (proxy, method, arguments) -> {
                    if (away.getAndDecrement() > 0) {
                        clock.advance(Duration.ofSeconds(10));
                        throw new LedgerException(trouble, "it is away", null);
                    }
                    try {
                        return method.invoke(ledger.requests(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private RequestFollower.Result follow(Duration patience) throws Exception {
        RequestFollower follower = new RequestFollower(unsteady(), clock, patience, true, new AtomicBoolean());
        RequestFollower.Listener silent = new RequestFollower.Listener() {
            @Override
            public void ended(RequestStatus.Item item, ItemProgress how) {}

            @Override
            public void polled(RequestStatus status, Set<String> ended) {}
        };
        return follower.follow("r", false, silent, idle -> {});
    }

    @Test
    void aDatabaseThatIsRestartedIsWaitedFor() throws Exception {
        away.set(3);

        assertThat(follow(Duration.ofMinutes(10)).allWell()).isTrue();
    }

    @Test
    void aDatabaseThatStaysAwayIsNotWaitedForBeyondThePatience() {
        away.set(1_000);

        assertThatThrownBy(() -> follow(Duration.ofSeconds(25))).isInstanceOf(LedgerException.class);
        assertThat(away).hasValue(1_000 - 3);
    }

    @Test
    void aDatabaseThatRefusesIsNotWaitedFor() {
        away.set(1);
        trouble = ErrorCode.LEDGER_REFUSED;

        assertThatThrownBy(() -> follow(Duration.ofMinutes(10))).isInstanceOf(LedgerException.class);
    }
}
