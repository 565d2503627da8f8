package org.heratio.offsite.operations.restore;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The members to extract: some paths, with everything below each of them. In a path, {@code *} stands for any part
 * of one name.
 */
public final class MemberChoice {
    private final List<String> paths;
    private final List<Pattern> patterns;

    /** @param paths as a listing shows them; at least one */
    public MemberChoice(Collection<String> paths) {
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("nothing is chosen");
        }
        this.paths = paths.stream().map(MemberChoice::plain).toList();
        this.patterns = this.paths.stream().map(MemberChoice::pattern).toList();
    }

    /** Returns a pattern that matches the path, and each path below it. */
    private static Pattern pattern(String path) {
        String names = Arrays.stream(path.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^/]*"));
        return Pattern.compile(names + "(/.*)?", Pattern.DOTALL);
    }

    /** Returns a path without what means nothing in it: {@code ./} at its start, and slashes at its ends. */
    static String plain(String path) {
        String plain = path.replaceAll("/{2,}", "/").replaceFirst("^/", "");
        while (plain.startsWith("./")) {
            plain = plain.substring(2);
        }
        if (plain.endsWith("/")) {
            plain = plain.substring(0, plain.length() - 1);
        }
        return plain.equals(".") ? "" : plain;
    }

    List<String> paths() {
        return paths;
    }

    /** Returns which of the paths choose a member, by their places in the list; empty if none does. */
    BitSet of(String name) {
        String plain = plain(name);
        BitSet chosen = new BitSet(paths.size());
        for (int i = 0; i < paths.size(); i++) {
            if (paths.get(i).isEmpty() || patterns.get(i).matcher(plain).matches()) {
                chosen.set(i);
            }
        }
        return chosen;
    }
}
