package org.heratio.offsite.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * A passphrase in memory, which never shows itself. Safe for use by several threads; whoever gets a {@link #copy()} clears it.
 */
public final class Passphrase implements AutoCloseable {
    /** More than anyone types, and far less than an archive that was given by mistake. */
    private static final int LONGEST_BYTES = 4096;

    private final char[] chars;

    private Passphrase(char[] chars) {
        this.chars = chars;
    }

    /**
     * Takes a copy.
     *
     * @throws IllegalArgumentException when it is empty, or has a line break or NUL in it, which gpg could not be given
     */
    public static Passphrase of(char[] passphrase) {
        if (passphrase.length == 0) {
            throw new IllegalArgumentException("a passphrase must not be empty");
        }
        for (char c : passphrase) {
            if (c == '\n' || c == 0) {
                throw new IllegalArgumentException("a passphrase must not have a line break or NUL in it");
            }
        }
        return new Passphrase(passphrase.clone());
    }

    /**
     * The first line of a file without its line feed, as {@code gpg --passphrase-file} reads it: blanks at the end and a carriage
     * return count.
     *
     * @throws FailureException {@link ErrorCode#PASSPHRASE_MISSING} when there is none that could be used
     */
    public static Passphrase firstLineOf(Path file) throws FailureException {
        byte[] line = readLine(file);
        try {
            if (line.length == 0) {
                throw missing("the first line of the passphrase file " + file + " is empty", null);
            }
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
            char[] chars = Arrays.copyOf(decoded.array(), decoded.remaining());
            Arrays.fill(decoded.array(), '\0');
            return new Passphrase(chars);
        } catch (CharacterCodingException e) {
            throw missing("the first line of the passphrase file " + file + " is not UTF-8 text", e);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    private static byte[] readLine(Path file) throws FailureException {
        ClearedBuffer line = new ClearedBuffer();
        try (InputStream in = Files.newInputStream(file)) {
            for (int b = in.read(); b != -1 && b != '\n'; b = in.read()) {
                if (b == 0 || line.size() == LONGEST_BYTES) {
                    throw missing(
                            "the first line of " + file + " is not a passphrase: too long, or with NUL in it", null);
                }
                line.write(b);
            }
            return line.toByteArray();
        } catch (IOException e) {
            throw missing("the passphrase file " + file + " cannot be read: " + e, e);
        } finally {
            line.clear();
        }
    }

    private static FailureException missing(String reason, @org.jspecify.annotations.Nullable Throwable cause) {
        return new FailureException(
                ErrorCode.PASSPHRASE_MISSING, reason, "the passphrase is the first line of that file, in UTF-8", cause);
    }

    /** A copy of the characters, for the caller to use and clear. */
    public char[] copy() {
        return chars.clone();
    }

    /** Clears it. Idempotent. */
    @Override
    public void close() {
        Arrays.fill(chars, '\0');
    }

    @Override
    public String toString() {
        return "Passphrase[********]";
    }

    /** Leaves nothing of the line behind when it is done. */
    private static final class ClearedBuffer extends ByteArrayOutputStream {
        ClearedBuffer() {
            super(LONGEST_BYTES);
        }

        synchronized void clear() {
            Arrays.fill(buf, (byte) 0);
        }
    }
}
