package org.heratio.offsite.ledger.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import org.heratio.offsite.archive.Digests;

/**
 * Names for versions at their destinations: the first of a path is called like its file, as Heratio has always done; a later one has
 * the UTC time of its modification before the ending. A name is never given to two versions that may be shipped.
 */
final class RemoteNaming {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter NANOS = DateTimeFormatter.ofPattern(
                    "yyyyMMdd'T'HHmmss.nnnnnnnnn'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Pattern DOUBLE_ENDING =
            Pattern.compile("\\.(sql|tar)\\.[A-Za-z0-9]{1,4}$", Pattern.CASE_INSENSITIVE);
    // a number alone (mysql-bin.000123) is part of the name
    private static final Pattern ENDING = Pattern.compile("\\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,8}$");
    /** The longest name of a file system in bytes, less room for {@code .gpg}, {@code .sha256} and a temporary ending. */
    private static final int LONGEST = 225;

    private RemoteNaming() {}

    /** The names to try, in this order, until one is free; there is always another. */
    static Iterator<String> candidates(String relativePath, long mtimeNanos) {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < Integer.MAX_VALUE;
            }

            @Override
            public String next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int number = next++;
                return number == 0 ? relativePath : stamped(relativePath, stamp(mtimeNanos, number));
            }
        };
    }

    private static String stamp(long mtimeNanos, int number) {
        Instant mtime = Instant.ofEpochSecond(
                Math.floorDiv(mtimeNanos, 1_000_000_000L), Math.floorMod(mtimeNanos, 1_000_000_000L));
        return switch (number) {
            case 1 -> SECONDS.format(mtime);
            case 2 -> NANOS.format(mtime);
            default -> NANOS.format(mtime) + "-" + (number - 1);
        };
    }

    private static String stamped(String relativePath, String stamp) {
        int slash = relativePath.lastIndexOf('/') + 1;
        String folder = relativePath.substring(0, slash);
        String name = relativePath.substring(slash);
        String ending = ending(name);
        String stem = name.substring(0, name.length() - ending.length());
        int room = LONGEST - bytes(ending) - stamp.length() - 1;
        return folder + shortened(stem, room) + "." + stamp + ending;
    }

    private static String ending(String name) {
        var twofold = DOUBLE_ENDING.matcher(name);
        if (twofold.find() && twofold.start() > 0) {
            return twofold.group();
        }
        var single = ENDING.matcher(name);
        return single.find() && single.start() > 0 ? single.group() : "";
    }

    /** Cut at a character, with some of its hash so that two long names stay two. */
    private static String shortened(String stem, int room) {
        if (bytes(stem) <= room) {
            return stem;
        }
        String mark = "~" + Digests.ofText(stem).substring(0, 8);
        int end = stem.length();
        while (bytes(stem.substring(0, end)) > room - mark.length()) {
            end = stem.offsetByCodePoints(end, -1);
        }
        return stem.substring(0, end) + mark;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
