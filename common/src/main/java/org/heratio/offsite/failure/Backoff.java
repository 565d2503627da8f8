package org.heratio.offsite.failure;

import java.time.Duration;

/**
 * Pauses between the attempts of one thing: each is twice as long as the one before.
 *
 * @param first pause, longer than zero
 * @param longest pause, at least as long as the first
 */
public record Backoff(Duration first, Duration longest) {
    public Backoff {
        if (first.isZero() || first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("no pauses from " + first + " to " + longest);
        }
    }

    /** Returns the pause that follows a pause. */
    public Duration after(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(longest) < 0 ? twice : longest;
    }

    /** Returns the pause before an attempt; 0 is the first repetition. */
    public Duration before(int repetition) {
        Duration pause = first;
        for (int i = 0; i < repetition && pause.compareTo(longest) < 0; i++) {
            pause = after(pause);
        }
        return pause;
    }
}
