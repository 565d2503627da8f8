package org.heratio.offsite.watcher;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.heratio.offsite.text.SystemText;

/** Turns the names of files into text. */
final class FileNames {
    private FileNames() {}

    /** Returns whether the name is UTF-8 and read as that: the text form leads back to the same file, from any locale that can open it. */
    static boolean usable(Path file) {
        try {
            return SystemText.opens(file.toString()) && Path.of(file.toString()).equals(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * The path as text in which different files look different: UTF-8 where it is that, {@code \xHH} for each byte that is not.
     *
     * @param file absolute
     */
    static String escaped(Path file) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(file));
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer chars = CharBuffer.allocate(bytes.remaining() * 4);
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, true);
            if (!result.isError()) {
                return chars.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                chars.put(String.format(Locale.ROOT, "\\x%02x", bytes.get() & 0xff));
            }
        }
    }

    /** The part of {@link #escaped} below a directory that the file lies in. */
    static String escapedBelow(Path directory, Path file) {
        String below = escaped(file).substring(escaped(directory).length());
        return below.startsWith("/") ? below.substring(1) : below;
    }

    /** The bytes of a path, which the JDK shows nowhere but in its URI. */
    private static byte[] bytes(Path file) {
        String uri = file.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(uri, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
