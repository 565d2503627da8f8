package org.heratio.offsite.destination;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;

/**
 * Names payloads at a destination: the version's remote name, {@code .gpg} when it is encrypted, and each component
 * cut to what the destination can hold. The same payload always gets the same name.
 */
public final class RemoteNames {

    private static final int HASH_DIGITS = 16;
    private static final int ID_DIGITS = 8;
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    // ".sql.gz", ".tar.gz.gpg", ".zip": what tells people and programs how to open it
    private static final Pattern ENDING =
            Pattern.compile("(?<=.)((?:\\.[A-Za-z0-9]{1,5}){0,2}?(?:\\.gpg)?)\\z", Pattern.DOTALL);

    private RemoteNames() {}

    /** The name of a version's payload. */
    public static String of(Version version, Payload payload, Capabilities capabilities) {
        return at(version.remoteName(), payload.encrypted(), capabilities);
    }

    /**
     * Another name for a payload whose own one is taken by something that is not ours.
     *
     * @param number 1 for the first variant, which has the UTC time of the archive's modification in it; the next ones have the
     *     number behind that time
     */
    public static String variant(Version version, Payload payload, Capabilities capabilities, int number) {
        String mark = mark(version);
        String name = version.remoteName();
        int cut = endOfStem(name);
        String stem = name.substring(0, cut);
        // a later version of an archive has its time in its name already
        boolean marked = stem.endsWith(mark);
        int suffix = marked ? number + 1 : number;
        String variant = stem + (marked ? "" : mark) + (suffix == 1 ? "" : "-" + suffix) + name.substring(cut);
        return at(variant, payload.encrypted(), capabilities);
    }

    /**
     * Returns a name in another directory, for a payload whose own directory cannot be made: a file has its name. The first component
     * gets the mark of {@link #variant}. Empty for a name without a directory.
     *
     * @param number as {@link #variant} has it
     */
    public static Optional<String> moved(Version version, Payload payload, Capabilities capabilities, int number) {
        String name = version.remoteName();
        int slash = name.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String moved =
                name.substring(0, slash) + mark(version) + (number == 1 ? "" : "-" + number) + name.substring(slash);
        return Optional.of(at(moved, payload.encrypted(), capabilities));
    }

    private static String mark(Version version) {
        return "." + TIMESTAMP.format(Instant.EPOCH.plusNanos(version.mtimeNanos()));
    }

    /**
     * Returns the version under a name that has an installation's id in it, so that no other installation ever gives that name. For
     * destinations at which two puts of one name cannot be kept apart.
     */
    public static Version owned(Version version, String installation) {
        String name = version.remoteName();
        int cut = endOfStem(name);
        String id = installation.substring(0, Math.min(ID_DIGITS, installation.length()));
        return version.withRemoteName(name.substring(0, cut) + "." + id + name.substring(cut));
    }

    private static int endOfStem(String name) {
        return name.length() - ending(name.substring(name.lastIndexOf('/') + 1)).length();
    }

    private static String at(String name, boolean encrypted, Capabilities capabilities) {
        String full = encrypted ? name + ".gpg" : name;
        StringBuilder shortened = new StringBuilder(full.length());
        for (String component : full.split("/", -1)) {
            shortened.append(shortened.isEmpty() ? "" : "/").append(shorten(component, capabilities.maxNameBytes()));
        }
        return shortened.toString();
    }

    private static String shorten(String component, int maxBytes) {
        if (utf8Length(component) <= maxBytes) {
            return component;
        }
        String ending = ending(component);
        String tail = "~" + hash(component) + ending;
        int room = maxBytes - utf8Length(tail);
        if (room < 1) {
            throw new IllegalArgumentException("a destination must hold names of more than " + maxBytes + " bytes");
        }
        return cut(component.substring(0, component.length() - ending.length()), room) + tail;
    }

    /** The longest beginning of a text that has at most so many bytes, without half a code point. */
    private static String cut(String text, int maxBytes) {
        int bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            bytes += utf8Length(Character.toString(codePoint));
            if (bytes > maxBytes) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return text.substring(0, end);
    }

    private static String ending(String component) {
        Matcher matcher = ENDING.matcher(component);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String hash(String component) {
        return Digests.ofText(component).substring(0, HASH_DIGITS);
    }
}
