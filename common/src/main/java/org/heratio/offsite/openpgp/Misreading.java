package org.heratio.offsite.openpgp;

import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A way in which the JVM misread a passphrase from the environment before builds decoded its bytes themselves (ADR 61): it put U+FFFD or
 * other letters for each byte that is not ASCII, and copies were encrypted with that.
 *
 * @param typed charset of the bytes in the environment
 * @param read charset of the locale, by which they were decoded
 */
public record Misreading(String typed, String read) {
    private static final List<Misreading> KNOWN = List.of(
            new Misreading("UTF-8", "US-ASCII"),
            new Misreading("UTF-8", "ISO-8859-1"),
            new Misreading("UTF-8", "ISO-8859-15"),
            new Misreading("UTF-8", "windows-1252"),
            new Misreading("ISO-8859-1", "UTF-8"));

    /**
     * Returns what a passphrase may have been misread as, most likely first and without doubles; empty for one of ASCII alone, which every
     * locale reads alike.
     */
    public static Map<Misreading, Passphrase> of(char[] passphrase) {
        Map<String, Misreading> texts = new LinkedHashMap<>();
        String right = new String(passphrase);
        for (Misreading way : KNOWN) {
            if (way.isPossible(passphrase)) {
                texts.putIfAbsent(
                        new String(right.getBytes(Charset.forName(way.typed)), Charset.forName(way.read)), way);
            }
        }
        texts.remove(right);
        Map<Misreading, Passphrase> misread = new LinkedHashMap<>();
        texts.forEach((text, way) -> misread.put(way, Passphrase.of(text.toCharArray())));
        return misread;
    }

    private boolean isPossible(char[] passphrase) {
        return Charset.isSupported(typed)
                && Charset.isSupported(read)
                && Charset.forName(typed).newEncoder().canEncode(CharBuffer.wrap(passphrase));
    }

    /** How a message names it. */
    @Override
    public String toString() {
        return typed + " read as " + read;
    }
}
