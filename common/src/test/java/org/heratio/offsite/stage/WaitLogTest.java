package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WaitLogTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final WaitLog log = new WaitLog(now::get);

    @Test
    void aWaitIsSaidAtOnceAndAgainWhileItLastsAndWhenItIsOver() {
        assertThat(log.succeeded()).isEmpty();
        assertThat(log.failed()).contains(Duration.ZERO);
        advance(Duration.ofMinutes(9));
        assertThat(log.failed()).isEmpty();
        advance(Duration.ofMinutes(1));
        assertThat(log.failed()).contains(Duration.ofMinutes(10));
        assertThat(log.failed()).isEmpty();
        advance(Duration.ofMinutes(1));
        assertThat(log.succeeded()).contains(Duration.ofMinutes(11));
        assertThat(log.succeeded()).isEmpty();
    }

    @Test
    void eachWaitIsSaidAnew() {
        log.failed();
        log.succeeded();
        assertThat(log.failed()).contains(Duration.ZERO);
    }

    private void advance(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
