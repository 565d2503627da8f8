package org.heratio.offsite.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350));

    @Test
    void doublesUpToTheLongest() {
        assertThat(IntStream.range(0, 5).mapToObj(BACKOFF::before).map(Duration::toMillis))
                .containsExactly(100L, 200L, 350L, 350L, 350L);
        assertThat(BACKOFF.after(Duration.ofMillis(200))).isEqualTo(Duration.ofMillis(350));
    }

    @Test
    void neverOverflows() {
        assertThat(BACKOFF.before(Integer.MAX_VALUE)).isEqualTo(Duration.ofMillis(350));
    }

    @Test
    void refusesPausesThatDoNotGrow() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
