package org.heratio.offsite.text;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Text on its way to and from the operating system, which knows bytes alone. File names and arguments are UTF-8 (ADR 61); the JVM encodes
 * them by the locale, so that in another one only ASCII arrives as it was meant.
 */
public final class SystemText {
    /** Imperative, for any refusal that a UTF-8 locale would spare. */
    public static final String HINT = "start offsite with LC_ALL=C.UTF-8 in its environment";

    private SystemText() {}

    /** Returns whether this JVM opens the file of that name, and no other one. */
    public static boolean opens(String fileName) {
        return isAscii(fileName) || namesAreUtf8();
    }

    /** Returns whether a child process gets this argument as it is. */
    public static boolean passes(String argument) {
        // the one up to Java 17, the other since
        return isAscii(argument)
                || (namesAreUtf8() && isUtf8(Charset.defaultCharset().name()));
    }

    /** Returns whether the JVM may have decoded such a text from the environment or an argument as it was typed. */
    public static boolean mayBeAsTyped(String decoded) {
        return isAscii(decoded) || (passes(decoded) && decoded.indexOf('\ufffd') < 0);
    }

    /** Returns the charset that this JVM encodes file names in, for messages. */
    public static String charsetOfNames() {
        return System.getProperty("sun.jnu.encoding", "unknown");
    }

    /** Returns whether a text has no character beyond ASCII. */
    public static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static boolean namesAreUtf8() {
        return isUtf8(charsetOfNames());
    }

    private static boolean isUtf8(String charset) {
        return Charset.isSupported(charset) && Charset.forName(charset).equals(StandardCharsets.UTF_8);
    }
}
