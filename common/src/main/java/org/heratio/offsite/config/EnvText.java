package org.heratio.offsite.config;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the text of an env file from the first character to the last: names, and values in their three notations. */
final class EnvText {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9_.]+)}");
    private static final String ESCAPES = "fnrtv";
    private static final String ESCAPED = "\f\n\r\t\u000b";

    private final String text;
    private int at;
    private int line = 1;
    private boolean endedAtHash;

    EnvText(String text) {
        String withoutMark = text.startsWith("\ufeff") ? text.substring(1) : text;
        this.text = withoutMark.replace("\r\n", "\n").replace('\r', '\n');
    }

    /** The line that is being read, from 1. */
    int line() {
        return line;
    }

    /** Goes to the next thing that is neither blank nor a comment; false at the end. */
    boolean nextEntry() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                skipLine();
            } else if (Character.isWhitespace(c)) {
                take();
            } else {
                return true;
            }
        }
        return false;
    }

    /** Returns the text before the {@code =}, or the whole line if it has none. */
    String name() {
        int start = at;
        while (at < text.length() && text.charAt(at) != '=' && text.charAt(at) != '\n') {
            at++;
        }
        return text.substring(start, at);
    }

    boolean takeEquals() {
        if (at < text.length() && text.charAt(at) == '=') {
            at++;
            return true;
        }
        return false;
    }

    /**
     * Returns whether the last value ended at a {@code #} that may have been meant to belong to it: one without a blank before it or, behind
     * a bare value, without a blank behind it.
     */
    boolean endedAtHash() {
        return endedAtHash;
    }

    /** The value behind the {@code =}, up to the end of its line. */
    String value(Function<String, @Nullable String> variables) throws BadValueException {
        endedAtHash = false;
        skipBlanks();
        if (atLineEnd()) {
            return "";
        }
        char quote = text.charAt(at);
        boolean bare = quote != '\'' && quote != '"';
        String value = switch (quote) {
            case '\'' -> singleQuoted();
            case '"' -> expand(doubleQuoted(), variables);
            default -> expand(unquoted(), variables);
        };
        int end = at;
        skipBlanks();
        if (!atLineEnd() && text.charAt(at) != '#') {
            throw new BadValueException(
                    "there is something behind the end of the value", "put values with blanks or quotes in \"\"");
        }
        endedAtHash = !atLineEnd() && (at == end || (bare && !isBlank(at + 1)));
        skipLine();
        return value;
    }

    /** Returns whether a blank is there, or nothing. */
    private boolean isBlank(int index) {
        return index >= text.length() || Character.isWhitespace(text.charAt(index));
    }

    void skipLine() {
        while (!atLineEnd()) {
            at++;
        }
    }

    private String unquoted() {
        int start = at;
        // Laravel ends a bare value at a #, with or without a blank before it
        while (!atLineEnd() && text.charAt(at) != '#' && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private String singleQuoted() throws BadValueException {
        int end = text.indexOf('\'', at + 1);
        int newline = text.indexOf('\n', at);
        if (end < 0 || (newline >= 0 && newline < end)) {
            throw new BadValueException(
                    "a ' is never closed on its line", "close it; values of several lines go in \"\"");
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    /** The inside, with escapes resolved but for dollars: {@code \$} stays until variables are expanded. */
    private String doubleQuoted() throws BadValueException {
        int start = at;
        int startLine = line;
        StringBuilder value = new StringBuilder();
        take();
        while (at < text.length()) {
            char c = take();
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\' && at < text.length()) {
                escape(value);
            } else {
                value.append(c);
            }
        }
        at = start;
        line = startLine;
        throw new BadValueException("a \" is never closed", "close it, and write \\\" for a quote inside");
    }

    private void escape(StringBuilder value) throws BadValueException {
        char escaped = take();
        int control = ESCAPES.indexOf(escaped);
        if (control >= 0) {
            value.append(ESCAPED.charAt(control));
        } else if (escaped == '$') {
            value.append(LITERAL_DOLLAR);
        } else if (escaped == '"' || escaped == '\\') {
            value.append(escaped);
        } else {
            throw new BadValueException(
                    "a backslash before something that needs none",
                    "write \\\\ for a backslash, or put the value in ''");
        }
    }

    /** Stands for a dollar that begins no variable; a noncharacter, which no text holds. */
    private static final char LITERAL_DOLLAR = '\ufdd0';

    /** Names that are nowhere stay as they are written, as in Laravel. */
    private static String expand(String value, Function<String, @Nullable String> variables) {
        Matcher matcher = VARIABLE.matcher(value);
        String expanded = matcher.replaceAll(match -> {
            String found = variables.apply(match.group(1));
            return Matcher.quoteReplacement(found == null ? match.group() : found);
        });
        return expanded.replace(LITERAL_DOLLAR, '$');
    }

    private void skipBlanks() {
        while (!atLineEnd() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean atLineEnd() {
        return at >= text.length() || text.charAt(at) == '\n';
    }

    private char take() {
        char c = text.charAt(at++);
        if (c == '\n') {
            line++;
        }
        return c;
    }
}
