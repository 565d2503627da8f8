package org.heratio.offsite.operations.deadletters;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts dead letters by their cause while they pass, and keeps the first of each cause. What it keeps does not grow with the number of
 * letters: causes beyond a limit are counted in the total alone. For one thread at a time.
 */
public final class DeadLetterGroups {
    private final int causes;
    private final int samples;
    private final Map<Cause, Counting> groups = new LinkedHashMap<>();
    private long total;

    /** Letters that one stage gave up with one code. */
    public record Cause(String code, String stage) {
        public static Cause of(DeadLetter letter) {
            return new Cause(letter.code(), letter.stage());
        }

        /** Returns the destination that the stage works for; null for a stage of all. */
        public @Nullable String destination() {
            int colon = stage.indexOf(':');
            return colon < 0 ? null : stage.substring(colon + 1);
        }
    }

    /**
     * All letters of a cause.
     *
     * @param hint of the first that has one
     * @param oldestAt when the first of them failed last, ISO 8601 in UTC; null if no letter says so, as {@code newestAt}
     * @param samples the first of them
     */
    public record Group(
            Cause cause,
            long count,
            @Nullable String hint,
            @Nullable String oldestAt,
            @Nullable String newestAt,
            List<DeadLetter> samples) {}

    private static final class Counting {
        private final List<DeadLetter> samples = new ArrayList<>();
        private long count;
        private @Nullable String hint;
        private @Nullable String oldestAt;
        private @Nullable String newestAt;

        void add(DeadLetter letter, int most) {
            count++;
            if (hint == null) {
                hint = letter.hint();
            }
            if (samples.size() < most) {
                samples.add(letter);
            }
            String at = letter.lastFailedAt();
            if (at != null) {
                oldestAt = oldestAt == null || at.compareTo(oldestAt) < 0 ? at : oldestAt;
                newestAt = newestAt == null || at.compareTo(newestAt) > 0 ? at : newestAt;
            }
        }
    }

    /**
     * @param causes how many at most
     * @param samples how many letters of each are kept
     */
    public DeadLetterGroups(int causes, int samples) {
        this.causes = causes;
        this.samples = samples;
    }

    /** Counts a letter. */
    public void add(DeadLetter letter) {
        total++;
        Cause cause = Cause.of(letter);
        Counting counting = groups.get(cause);
        if (counting == null && groups.size() < causes) {
            counting = new Counting();
            groups.put(cause, counting);
        }
        if (counting != null) {
            counting.add(letter, samples);
        }
    }

    /** Returns the number of all letters. */
    public long total() {
        return total;
    }

    /** Returns the causes, the one with most letters first. */
    public List<Group> groups() {
        return groups.entrySet().stream()
                .map(entry -> group(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Group::count).reversed())
                .toList();
    }

    private static Group group(Cause cause, Counting counting) {
        return new Group(
                cause,
                counting.count,
                counting.hint,
                counting.oldestAt,
                counting.newestAt,
                List.copyOf(counting.samples));
    }
}
