package org.heratio.offsite.member;

import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The content of a PAX header: records of the form {@code length key=value}. */
final class PaxRecords {
    private PaxRecords() {}

    /** A header that cannot be read. */
    static final class Malformed extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        Malformed(String why) {
            super(why);
        }
    }

    /** Reads the records. Values keep their bytes, one character each. */
    static Map<String, String> read(byte[] bytes) throws Malformed {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Map<String, String> values = new HashMap<>();
        int at = 0;
        while (at < text.length() && text.charAt(at) != 0) {
            int space = text.indexOf(' ', at);
            int end = at + length(text, at, space);
            int equals = text.indexOf('=', at);
            if (end > text.length() || equals < space || equals >= end - 1) {
                throw malformed();
            }
            values.put(text.substring(space + 1, equals), text.substring(equals + 1, end - 1));
            at = end;
        }
        return values;
    }

    private static int length(String text, int at, int space) throws Malformed {
        if (space < 0 || space - at > 8) {
            throw malformed();
        }
        String length = text.substring(at, space);
        if (!length.matches("[1-9]\\d{0,7}")) {
            throw malformed();
        }
        return Integer.parseInt(length);
    }

    private static Malformed malformed() {
        return new Malformed("a PAX header cannot be read");
    }
}
