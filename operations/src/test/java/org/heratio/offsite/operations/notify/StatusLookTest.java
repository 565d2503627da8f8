package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(HangLimit.TEST_SECONDS)
class StatusLookTest extends NotifierFixture {
    private static final Status WELL = StatusFixture.of(Map.of());

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private StatusLook.Source source = () -> WELL;
    private StatusLook looks;

    @BeforeEach
    void start() {
        looks = new StatusLook(
                () -> {
                    begun.incrementAndGet();
                    return source.look();
                },
                ledger.notices(),
                nanos::get);
    }

    @AfterEach
    void stop() {
        hangs.countDown();
        looks.close();
    }

    private Status hang() {
        try {
            hangs.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return WELL;
    }

    private void awaitEnd() {
        await().atMost(HangLimit.STEP).until(() -> looks.ended().isPresent());
    }

    @Test
    void whileALookHangsTheStatusIsKnownForAWhileAndThenNoMore() throws Exception {
        looks.begin();
        awaitEnd();
        assertThat(looks.last()).contains(WELL);
        source = this::hang;
        nanos.addAndGet(StatusLook.PAUSE.toNanos());
        looks.begin();
        nanos.addAndGet(StatusLook.LIMIT.toNanos() - 1);
        assertThat(looks.ended()).isEmpty();
        assertThat(looks.last()).contains(WELL);

        assertThat(looks.isUnknownForLong()).isFalse();

        nanos.incrementAndGet();
        assertThat(looks.ended()).isEmpty();
        assertThat(looks.isUnknownForLong()).isTrue();
        looks.begin();

        assertThat(looks.last()).isEmpty();
        await().atMost(HangLimit.STEP).until(() -> begun.get() == 2);
        hangs.countDown();
        awaitEnd();
        assertThat(looks.last()).as("it hangs no more").contains(WELL);
    }

    @Test
    void aStatusThatFailsIsUnknownAndLookedForAgainAfterAMinute() throws Exception {
        looks.begin();
        awaitEnd();
        source = () -> {
            throw new FailureException(ErrorCode.UNEXPECTED, "it broke");
        };
        nanos.addAndGet(StatusLook.PAUSE.toNanos());
        looks.begin();
        await().atMost(HangLimit.STEP).until(() -> {
            Optional<StatusLook.Seen> seen = looks.ended();
            return seen.isEmpty() && looks.last().isEmpty();
        });
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        looks.begin();
        assertThat(begun).hasValue(2);

        source = () -> WELL;
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        looks.begin();
        awaitEnd();

        assertThat(begun).hasValue(3);
        assertThat(looks.last()).contains(WELL);
    }
}
