package org.heratio.offsite.app.report;

/** File names on a terminal: one line each, and without control characters that could write elsewhere on the screen. */
public final class Names {
    private Names() {}

    /** The name with line breaks and control characters escaped as in Java. */
    public static String printable(String name) {
        StringBuilder out = new StringBuilder(name.length());
        name.codePoints().forEach(c -> {
            if (c == '\n') {
                out.append("\\n");
            } else if (c == '\r') {
                out.append("\\r");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (Character.isISOControl(c)) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
