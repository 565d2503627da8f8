package org.heratio.offsite.archive;

import java.util.regex.Pattern;

/**
 * Turns a glob into a regular expression: {@code *}, {@code ?}, {@code [a-z]}, {@code [!a-z]}, {@code {a,b}}, and {@code **} across directories.
 * The JDK's own globs are case-sensitive and fail on names that the locale cannot encode.
 */
final class Glob {
    private static final String ACROSS = "**";

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private int depth;

    private Glob(String glob) {
        this.glob = glob;
    }

    /**
     * @throws IllegalArgumentException when a bracket or brace is left open
     */
    static Pattern compile(String glob) {
        Glob parser = new Glob(glob);
        while (parser.at < glob.length()) {
            parser.next();
        }
        if (parser.depth != 0) {
            throw new IllegalArgumentException("the pattern " + glob + " has a { without a }");
        }
        return Pattern.compile(
                parser.regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    private void next() {
        char c = glob.charAt(at++);
        switch (c) {
            case '*' -> star();
            case '?' -> regex.append("[^/]");
            case '[' -> characterClass();
            case '{' -> {
                depth++;
                regex.append("(?:");
            }
            case '}' -> closeBrace();
            case ',' -> regex.append(depth > 0 ? "|" : ",");
            case '\\' -> literal(at < glob.length() ? glob.charAt(at++) : '\\');
            default -> literal(c);
        }
    }

    private void star() {
        if (!glob.startsWith(ACROSS, at - 1)) {
            regex.append("[^/]*");
            return;
        }
        at++;
        if (at < glob.length() && glob.charAt(at) == '/') {
            at++;
            regex.append("(?:.*/)?");
        } else {
            regex.append(".*");
        }
    }

    private void closeBrace() {
        if (depth == 0) {
            throw new IllegalArgumentException("the pattern " + glob + " has a } without a {");
        }
        depth--;
        regex.append(')');
    }

    private void characterClass() {
        int end = glob.indexOf(']', at + 1);
        if (end < 0) {
            throw new IllegalArgumentException("the pattern " + glob + " has a [ without a ]");
        }
        boolean negated = glob.charAt(at) == '!' || glob.charAt(at) == '^';
        regex.append(negated ? "[^/" : "[");
        for (int i = negated ? at + 1 : at; i < end; i++) {
            if (glob.charAt(i) == '-') {
                regex.append('-');
            } else {
                literal(glob.charAt(i));
            }
        }
        regex.append(']');
        at = end + 1;
    }

    /** Only ASCII punctuation is escaped, so that the halves of a surrogate pair stay together. */
    private void literal(char c) {
        if (c < 128 && !Character.isLetterOrDigit(c)) {
            regex.append('\\');
        }
        regex.append(c);
    }
}
