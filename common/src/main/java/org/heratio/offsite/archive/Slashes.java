package org.heratio.offsite.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Paths that Heratio has put together from a directory with a slash at its end, and a name. To a file system they are the same; keys in S3
 * are not.
 */
public final class Slashes {
    private static final Pattern SEVERAL = Pattern.compile("/{2,}");

    private Slashes() {}

    /** The path with single slashes. */
    public static String single(String path) {
        return path.contains("//") ? SEVERAL.matcher(path).replaceAll("/") : path;
    }

    /** Returns whether two texts are the same path. */
    public static boolean same(String path, String other) {
        return single(path).equals(single(other));
    }

    /** How Heratio may have written a path with single slashes: as it is, or with any one of them double. The path itself comes first. */
    public static List<String> spellings(String path) {
        List<String> spellings = new ArrayList<>(List.of(path));
        for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
            spellings.add(path.substring(0, at) + "/" + path.substring(at));
        }
        return spellings;
    }
}
