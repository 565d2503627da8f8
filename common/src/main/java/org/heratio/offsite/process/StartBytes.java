package org.heratio.offsite.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The bytes that this process was started with. The JVM decodes arguments and environment by the locale, and in one that is not UTF-8 it
 * loses or changes every letter that is not ASCII.
 */
public final class StartBytes {
    private StartBytes() {}

    /** Returns {@code NAME=value} of each variable, or empty where the system does not show them. */
    public static Optional<List<byte[]>> environment() {
        return read(Path.of("/proc/self/environ"));
    }

    /** Returns the whole command line, that of the JVM included, or empty where the system does not show it. */
    public static Optional<List<byte[]>> commandLine() {
        return read(Path.of("/proc/self/cmdline"));
    }

    /**
     * Decodes UTF-8 strictly.
     *
     * @throws CharacterCodingException when the bytes are not UTF-8
     */
    public static String utf8(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static Optional<List<byte[]>> read(Path file) {
        try {
            return Optional.of(split(Files.readAllBytes(file)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Splits at NUL, which also ends the last entry. */
    static List<byte[]> split(byte[] bytes) {
        List<byte[]> entries = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == 0) {
                entries.add(Arrays.copyOfRange(bytes, start, at));
                start = at + 1;
            }
        }
        if (start < bytes.length) {
            entries.add(Arrays.copyOfRange(bytes, start, bytes.length));
        }
        return entries;
    }
}
