package org.heratio.offsite.destination;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file beside a copy that says what its bytes are: one line as GNU {@code sha256sum} writes it, so that
 * {@code sha256sum -c} in the directory of the copy is all that anyone needs to check it without us.
 */
public final class Sha256Sidecar {

    /** The ending of the sidecar's name, after that of the copy. */
    public static final String ENDING = ".sha256";

    /** No sidecar is longer than this: a line with a name of 255 bytes, each of them escaped. */
    public static final int MAX_BYTES = 1024;

    // lenient, because Heratio's own sidecars and those made by hand count too: any case, one blank or more, "*" for
    // binary
    private static final Pattern LINE = Pattern.compile("\\s*\\\\?([0-9a-fA-F]{64})(?:\\s.*)?", Pattern.DOTALL);

    private Sha256Sidecar() {}

    /** The name of the sidecar of a copy. */
    public static String nameFor(String name) {
        return name + ENDING;
    }

    /** Returns whether a name is that of a sidecar, which is never that of a copy. */
    public static boolean isSidecar(String name) {
        return name.endsWith(ENDING);
    }

    /**
     * The content of a sidecar, newline included.
     *
     * @param sha256 64 hex digits
     * @param name name of the copy; only its last component is written, so that the directory can be moved
     */
    public static String content(String sha256, String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        String escaped = file.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        return (escaped.equals(file) ? "" : "\\") + sha256.toLowerCase(Locale.ROOT) + "  " + escaped + "\n";
    }

    /**
     * The hash that a sidecar claims, in lower case; empty when it is not a sidecar. Which name stands behind the hash is not
     * looked at: someone may have renamed the copy together with its sidecar.
     */
    public static Optional<String> parse(String content) {
        Matcher matcher = LINE.matcher(content);
        return matcher.matches() ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }
}
