package org.heratio.offsite.broker.local;

import java.util.List;

/**
 * A topic pattern as AMQP has it: words divided by dots, {@code *} stands for one word, {@code #} for any number of them.
 */
record TopicPattern(List<String> words) {
    static TopicPattern of(String pattern) {
        return new TopicPattern(List.of(pattern.split("\\.", -1)));
    }

    boolean matches(String routingKey) {
        return matches(words, List.of(routingKey.split("\\.", -1)));
    }

    private static boolean matches(List<String> pattern, List<String> key) {
        if (pattern.isEmpty()) {
            return key.isEmpty();
        }
        String word = pattern.get(0);
        List<String> rest = pattern.subList(1, pattern.size());
        if (word.equals("#")) {
            return matches(rest, key) || (!key.isEmpty() && matches(pattern, key.subList(1, key.size())));
        }
        return !key.isEmpty()
                && (word.equals("*") || word.equals(key.get(0)))
                && matches(rest, key.subList(1, key.size()));
    }
}
