package org.heratio.offsite.text;

/**
 * Text that came from outside, such as the name of a file, as one line for a terminal or a log: control characters could write elsewhere
 * on the screen, or a line that we never logged. Everything else stays as it is. Machines get the text itself.
 */
public final class Printable {
    private Printable() {}

    /** The text with line breaks and other control characters escaped as in Java. Idempotent. */
    public static String of(String text) {
        if (text.chars().noneMatch(Printable::isControl)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(isControl(c) ? String.format("\\u%04x", c) : (char) c);
            }
        });
        return out.toString();
    }

    /** Also the two characters that are nothing but ends of lines. */
    private static boolean isControl(int c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
