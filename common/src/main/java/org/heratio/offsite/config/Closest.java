package org.heratio.offsite.config;

import java.util.Collection;
import java.util.Optional;

/** Finds what somebody meant to write. */
final class Closest {
    private Closest() {}

    /** Returns the candidate that the fewest edits lead to, if they are few enough to be a slip. */
    static Optional<String> to(String text, Collection<String> candidates) {
        return within(Math.max(1, Math.min(5, text.length() / 4)), text, candidates);
    }

    /** Returns the candidate that the fewest edits lead to, and at most so many. Ties go to the first in the alphabet. */
    static Optional<String> within(int bound, String text, Collection<String> candidates) {
        String closest = null;
        int fewest = bound;
        for (String candidate : candidates) {
            int edits = distance(text, candidate, fewest);
            if (edits < fewest || (edits == fewest && (closest == null || candidate.compareTo(closest) < 0))) {
                closest = candidate;
                fewest = edits;
            }
        }
        return Optional.ofNullable(closest);
    }

    /**
     * Returns Levenshtein's distance, or {@code bound + 1} where it is larger. Each start of a command compares every variable of its
     * environment with every name of ours: nearly all pairs differ by more than the bound after a few letters.
     */
    static int distance(String a, String b, int bound) {
        if (Math.abs(a.length() - b.length()) > bound) {
            return bound + 1;
        }
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(previous[j], row[j - 1]) + 1);
                least = Math.min(least, row[j]);
            }
            if (least > bound) {
                return bound + 1;
            }
            previous = row;
        }
        return Math.min(previous[b.length()], bound + 1);
    }
}
