package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * When a transient failure is tried again, and when no more.
 *
 * @param ladder the delays after the first, second, … failed attempt; the last one repeats. Ascending, never empty
 * @param giveUpAfter how long after the first failure attempts may begin
 */
public record RetryPolicy(List<Duration> ladder, Duration giveUpAfter) {
    public RetryPolicy {
        ladder = List.copyOf(new TreeSet<>(ladder));
        if (ladder.isEmpty() || ladder.get(0).toMillis() < 1) {
            throw new IllegalArgumentException(
                    "the delay ladder needs delays of a millisecond and more, not " + ladder);
        }
        if (giveUpAfter.isNegative()) {
            throw new IllegalArgumentException("giveUpAfter cannot be negative");
        }
    }

    /** 5 s, 30 s, 2 min, 10 min, 1 h, then hourly, 24 h in all. */
    public static RetryPolicy standard() {
        return new RetryPolicy(
                List.of(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(10),
                        Duration.ofHours(1)),
                Duration.ofHours(24));
    }

    /**
     * For a run that ends after a while whatever is still open: without the rungs that would sleep most of that time away. It gives
     * nothing up earlier: what is open when the run ends stays open for the next one.
     */
    public RetryPolicy withinRunOf(Duration retry) {
        List<Duration> few = ladder.stream()
                .filter(rung -> rung.compareTo(retry.dividedBy(4)) <= 0)
                .toList();
        return few.isEmpty() ? new RetryPolicy(ladder.subList(0, 1), giveUpAfter) : new RetryPolicy(few, giveUpAfter);
    }

    /**
     * How long to wait after a failed attempt; empty when the time is over. Near the end of the time a smaller rung is taken, so that
     * what is left of it is used.
     *
     * @param attempt the one that failed, 1 for the first
     * @param sinceFirstFailure how long the first failure is ago
     */
    public Optional<Duration> next(int attempt, Duration sinceFirstFailure) {
        Duration left = giveUpAfter.minus(sinceFirstFailure);
        int rung = Math.min(Math.max(attempt, 1), ladder.size()) - 1;
        while (rung >= 0 && ladder.get(rung).compareTo(left) > 0) {
            rung--;
        }
        return rung < 0 ? Optional.empty() : Optional.of(ladder.get(rung));
    }

    /** The longest rung that is no longer than the wanted delay; at least the first. */
    public Duration rungFor(Duration wanted) {
        Duration found = ladder.get(0);
        for (Duration rung : ladder) {
            if (rung.compareTo(wanted) <= 0) {
                found = rung;
            }
        }
        return found;
    }
}
