package org.heratio.offsite.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant to write. */
final class Closest {
    private Closest() {}

    /** Returns the candidate that the fewest edits lead to, if they are few enough to be a slip. */
    static Optional<String> to(String text, Collection<String> candidates) {
        return within(Math.max(1, Math.min(5, text.length() / 4)), text, candidates);
    }

    /** Returns the candidate that the fewest edits lead to, and at most so many. */
    static Optional<String> within(int bound, String text, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> Math.abs(candidate.length() - text.length()) <= bound)
                .filter(candidate -> distance(text, candidate) <= bound)
                .min(Comparator.comparingInt((String candidate) -> distance(text, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's. */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
