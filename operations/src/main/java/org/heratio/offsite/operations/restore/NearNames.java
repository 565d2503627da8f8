package org.heratio.offsite.operations.restore;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;

/** The names of members that are most like some that are looked for. Keeps ten of them, however many there are. */
final class NearNames {
    private static final int MOST = 10;

    private final List<String> wanted;
    private final PriorityQueue<Near> nearest = new PriorityQueue<>(Comparator.comparingInt(Near::score));

    NearNames(List<String> wanted) {
        this.wanted = wanted.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    private record Near(String name, int score) {}

    void see(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        int score = wanted.stream().mapToInt(one -> score(one, lower)).max().orElse(0);
        Near least = nearest.peek();
        if (least != null && nearest.size() == MOST && score <= least.score()) {
            return;
        }
        if (nearest.stream().noneMatch(near -> near.name().equals(name))) {
            nearest.add(new Near(name, score));
        }
        if (nearest.size() > MOST) {
            nearest.remove();
        }
    }

    /** Counts the characters that are the same at the begin and at the end: of a misspelt name, or of one in another directory. */
    private static int score(String wanted, String name) {
        int most = Math.min(wanted.length(), name.length());
        int begin = 0;
        while (begin < most && wanted.charAt(begin) == name.charAt(begin)) {
            begin++;
        }
        int end = 0;
        while (end < most - begin && wanted.charAt(wanted.length() - 1 - end) == name.charAt(name.length() - 1 - end)) {
            end++;
        }
        return begin + end;
    }

    /** Returns the names, the nearest first. */
    List<String> names() {
        return nearest.stream()
                .sorted(Comparator.comparingInt(Near::score).reversed().thenComparing(Near::name))
                .map(Near::name)
                .toList();
    }
}
