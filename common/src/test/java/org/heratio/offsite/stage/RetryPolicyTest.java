package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private final RetryPolicy standard = RetryPolicy.standard();

    @Test
    void climbsTheLadderAndStaysOnItsLastRung() {
        List<Duration> delays = new ArrayList<>();
        for (int attempt = 1; attempt <= 7; attempt++) {
            delays.add(standard.next(attempt, Duration.ZERO).orElseThrow());
        }
        assertThat(delays)
                .containsExactly(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(10),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1));
    }

    @Test
    void givesUpWhenTheTimeIsOver() {
        assertThat(standard.next(30, Duration.ofHours(24))).isEmpty();
        assertThat(standard.next(1, Duration.ofDays(2))).isEmpty();
    }

    @Test
    void usesWhatIsLeftOfTheTimeWithSmallerDelays() {
        assertThat(standard.next(30, Duration.ofHours(23))).contains(Duration.ofHours(1));
        assertThat(standard.next(30, Duration.ofHours(23).plusMinutes(30))).contains(Duration.ofMinutes(10));
        assertThat(standard.next(30, Duration.ofHours(24).minusSeconds(6))).contains(Duration.ofSeconds(5));
        assertThat(standard.next(30, Duration.ofHours(24).minusSeconds(4))).isEmpty();
    }

    @Test
    void noAttemptBeginsAfterTheTimeAndTheLastOneIsNearItsEnd() {
        RetryPolicy tenMinutes = new RetryPolicy(standard.ladder(), Duration.ofMinutes(10));
        Duration elapsed = Duration.ZERO;
        int attempt = 1;
        for (Optional<Duration> next = tenMinutes.next(attempt, elapsed);
                next.isPresent();
                next = tenMinutes.next(++attempt, elapsed)) {
            elapsed = elapsed.plus(next.get());
        }
        assertThat(elapsed).isBetween(Duration.ofMinutes(9).plusSeconds(50), Duration.ofMinutes(10));
        assertThat(attempt).isLessThan(20);
    }

    @Test
    void aStageThatWantsToWaitGetsTheRungBelowAndAtLeastTheFirst() {
        assertThat(standard.rungFor(Duration.ZERO)).isEqualTo(Duration.ofSeconds(5));
        assertThat(standard.rungFor(Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));
        assertThat(standard.rungFor(Duration.ofSeconds(119))).isEqualTo(Duration.ofSeconds(30));
        assertThat(standard.rungFor(Duration.ofDays(3))).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void theLadderIsPutInOrderAndNeverEmpty() {
        RetryPolicy policy =
                new RetryPolicy(List.of(Duration.ofSeconds(2), Duration.ofSeconds(1)), Duration.ofSeconds(9));
        assertThat(policy.ladder()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThatThrownBy(() -> new RetryPolicy(List.of(), Duration.ofSeconds(9)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(List.of(Duration.ZERO), Duration.ofSeconds(9)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
