package org.heratio.offsite.operations.deadletters;

import java.util.Map;
import java.util.function.Predicate;

/**
 * The number of letters that fit a condition.
 *
 * @param byQueue by the dead queue that holds them; a queue without one has no entry
 */
public record CountedLetters(Predicate<DeadLetter> meant, Map<String, Long> byQueue) {
    public CountedLetters {
        byQueue = Map.copyOf(byQueue);
    }

    /** Returns the number of all. */
    public long total() {
        return byQueue.values().stream().mapToLong(Long::longValue).sum();
    }
}
