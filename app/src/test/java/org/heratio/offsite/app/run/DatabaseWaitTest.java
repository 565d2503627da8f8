package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.LedgerException;
import org.junit.jupiter.api.Test;

class DatabaseWaitTest {
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final StopSignal stop = new StopSignal();
    private final AtomicInteger tries = new AtomicInteger();

    private static LedgerException failure(ErrorCode code) {
        return new LedgerException(code, "no", null);
    }

    @Test
    void waitsForADatabaseThatIsAway() throws Exception {
        String got = DatabaseWait.untilThere(stop, PAUSE, () -> {
            if (tries.incrementAndGet() < 3) {
                throw failure(ErrorCode.LEDGER_UNAVAILABLE);
            }
            return "there";
        });
        assertThat(got).isEqualTo("there");
        assertThat(tries).hasValue(3);
    }

    @Test
    void doesNotWaitForOneThatRefuses() {
        assertThatThrownBy(() -> DatabaseWait.untilThere(stop, PAUSE, () -> {
                    tries.incrementAndGet();
                    throw failure(ErrorCode.LEDGER_REFUSED);
                }))
                .isInstanceOf(LedgerException.class);
        assertThat(tries).hasValue(1);
    }

    @Test
    void endsWhenItIsToldTo() throws Exception {
        String got = DatabaseWait.untilThere(stop, Duration.ofMinutes(1), () -> {
            stop.stop();
            throw failure(ErrorCode.LEDGER_UNAVAILABLE);
        });
        assertThat(got).isNull();
    }
}
