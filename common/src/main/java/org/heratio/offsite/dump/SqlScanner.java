package org.heratio.offsite.dump;

import java.nio.charset.StandardCharsets;

/** Tells of each byte whether it lies in quotes, in a comment or in the statement itself, and which byte ends the statement. */
final class SqlScanner {
    /** The effect of a byte. */
    enum Effect {
        NONE,
        /** Opens a bracket that lies in no other one. */
        GROUP,
        /** Ends the statement: the last byte of the delimiter. */
        END,
        /** Opens a comment with nothing before it; a line comment may be over already. */
        COMMENT
    }

    private enum Place {
        STATEMENT,
        QUOTES,
        BEHIND_BACKSLASH,
        /** Behind the two bytes that open a comment, or a versioned part. */
        OPENING,
        /** Behind the same and an M, as MariaDB opens its own versioned parts. */
        OPENING_BY_M,
        /** In the digits of a versioned part. */
        VERSION,
        BLOCK,
        LINE
    }

    private final byte[] delimiter;
    private final boolean backslashEscapes;
    private Place place = Place.STATEMENT;
    private byte quote;
    private byte before;
    private byte beforeThat;
    private int versionedParts;
    private int matched;
    private int depth;
    private long length;
    /** Bytes of the statement before the comment that was opened last. */
    private long ahead;

    /**
     * @param delimiter the end of the statement; not empty
     * @param backslashEscapes whether a backslash escapes the next byte of a string
     */
    SqlScanner(String delimiter, boolean backslashEscapes) {
        this.delimiter = delimiter.getBytes(StandardCharsets.UTF_8);
        this.backslashEscapes = backslashEscapes;
    }

    /** Returns the index of the next byte that means something; the bytes before it do not. */
    int skip(byte[] bytes, int from, int end) {
        if (place != Place.QUOTES) {
            return from;
        }
        int i = from;
        while (i < end && bytes[i] != quote && bytes[i] != '\\') {
            i++;
        }
        length += i - from;
        return i;
    }

    /** Returns whether the next byte lies in a comment, or ends it. */
    boolean inComment() {
        return place == Place.BLOCK || place == Place.LINE;
    }

    /** Takes the next byte. */
    Effect next(byte b) {
        length++;
        return switch (place) {
            case STATEMENT -> inStatement(b);
            case QUOTES -> {
                if (b == quote) {
                    leave();
                } else if (b == '\\' && backslashEscapes && quote != '`') {
                    place = Place.BEHIND_BACKSLASH;
                }
                yield Effect.NONE;
            }
            case BEHIND_BACKSLASH -> {
                place = Place.QUOTES;
                yield Effect.NONE;
            }
            case OPENING -> opening(b);
            case OPENING_BY_M -> b == '!' ? version() : block(b);
            case VERSION -> inVersion(b);
            case BLOCK -> {
                if (b == '/' && before == '*') {
                    leave();
                } else {
                    before = b;
                }
                yield Effect.NONE;
            }
            case LINE -> {
                if (b == '\n') {
                    leave();
                }
                yield Effect.NONE;
            }
        };
    }

    private void leave() {
        place = Place.STATEMENT;
        before = 0;
        beforeThat = 0;
        matched = 0;
    }

    private Effect inStatement(byte b) {
        Effect effect = Effect.NONE;
        switch (b) {
            case '\'', '"', '`' -> {
                quote = b;
                place = Place.QUOTES;
            }
            case '(' -> effect = depth++ == 0 ? Effect.GROUP : Effect.NONE;
            case ')' -> depth = Math.max(0, depth - 1);
            case '*' -> {
                if (before == '/') {
                    place = Place.OPENING;
                    ahead = length - 2;
                }
            }
            case '/' -> {
                if (before == '*' && versionedParts > 0) {
                    versionedParts--;
                    b = 0;
                }
            }
            case '#' -> effect = line(1);
            default -> {
                if (before == '-' && beforeThat == '-' && b >= 0 && b <= ' ') {
                    effect = line(3);
                    if (b == '\n') {
                        leave();
                    }
                }
            }
        }
        beforeThat = before;
        before = b;
        return ends(b) ? Effect.END : effect;
    }

    private boolean ends(byte b) {
        if (place != Place.STATEMENT) {
            matched = 0;
            return false;
        }
        if (b == delimiter[matched]) {
            matched++;
        } else {
            matched = b == delimiter[0] ? 1 : 0;
        }
        return matched == delimiter.length;
    }

    private Effect line(int bytes) {
        place = Place.LINE;
        return length == bytes ? Effect.COMMENT : Effect.NONE;
    }

    private Effect opening(byte b) {
        if (b == '!') {
            return version();
        }
        if (b == 'M') {
            place = Place.OPENING_BY_M;
            return Effect.NONE;
        }
        return block(b);
    }

    private Effect version() {
        place = Place.VERSION;
        versionedParts++;
        return Effect.NONE;
    }

    private Effect block(byte b) {
        place = Place.BLOCK;
        before = b;
        return ahead == 0 ? Effect.COMMENT : Effect.NONE;
    }

    /** A backslash behind the number makes it a command to the program: MariaDB opens its dumps with one, without a delimiter. */
    private Effect inVersion(byte b) {
        if (b >= '0' && b <= '9') {
            return Effect.NONE;
        }
        if (b == '\\') {
            versionedParts--;
            return block(b);
        }
        leave();
        return inStatement(b);
    }
}
