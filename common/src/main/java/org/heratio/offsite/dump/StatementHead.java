package org.heratio.offsite.dump;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.heratio.offsite.dump.Statement.Range;
import org.jspecify.annotations.Nullable;

/** Tells a statement by its first bytes. */
final class StatementHead {
    private static final Set<String> ROUTINES = Set.of("FUNCTION", "PROCEDURE", "PACKAGE", "EVENT");
    private static final Set<String> DATABASES = Set.of("DATABASE", "SCHEMA");
    private static final Set<String> BEFORE_A_NAME =
            Set.of("IF", "NOT", "EXISTS", "BODY", "INTO", "IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED");
    private static final Set<String> SERVER_WIDE =
            Set.of("GLOBAL", "PERSIST", "PERSIST_ONLY", "PASSWORD", "ROLE", "DEFAULT");
    private static final int MOST_TOKENS = 64;

    /**
     * A word or another piece.
     *
     * @param name whether it stood in quotes, and so is no keyword
     * @param at where it stands
     */
    private record Token(String text, boolean name, Range at) {
        boolean is(String word) {
            return !name && text.equalsIgnoreCase(word);
        }

        boolean isOneOf(Set<String> words) {
            return !name && words.contains(text.toUpperCase(Locale.ROOT));
        }
    }

    private final List<Token> tokens = new ArrayList<>();
    private final String text;

    StatementHead(byte[] bytes, int length) {
        // one character for each byte: names are decoded when they are cut out
        this.text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        read();
    }

    Statement statement(@Nullable String database, long offset, String delimiter) {
        Told told = tell();
        String chosen = told.database == null ? database : told.database;
        return new Statement(
                told.kind, chosen, told.name, told.table, told.at, told.bareAt, offset, delimiter, told.columns);
    }

    /** Returns the session behind a statement of this kind. */
    Session session(Session before, Statement statement) {
        if (statement.kind() == StatementKind.USE) {
            return before.using(statement.name());
        }
        return statement.kind() == StatementKind.SET ? afterSetting(before) : before;
    }

    /** Follows the SQL mode into variables and back, of which dumps use one at a time. */
    private Session afterSetting(Session before) {
        Session session = before;
        for (int i = 1; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).is("SQL_MODE") && tokens.get(i + 1).is("=") && i + 2 < tokens.size()) {
                Token value = tokens.get(i + 2);
                session = session.withEscapes(
                        value.is("@")
                                ? session.savedEscapes()
                                : !value.text.toUpperCase(Locale.ROOT).contains("NO_BACKSLASH_ESCAPES"));
            } else if (tokens.get(i).is("=")
                    && follows(i + 1, "@")
                    && follows(i + 2, "@")
                    && follows(i + 3, "SQL_MODE")) {
                session = session.savingEscapes();
            }
        }
        return session;
    }

    private record Told(
            StatementKind kind,
            @Nullable String database,
            @Nullable String name,
            @Nullable String table,
            Range at,
            Range bareAt,
            boolean columns) {
        static Told of(StatementKind kind) {
            return new Told(kind, null, null, null, Range.NONE, Range.NONE, false);
        }

        Told withColumns(boolean listed) {
            return new Told(kind, database, name, table, at, bareAt, listed);
        }

        Told on(Told other) {
            return new Told(kind, database == null ? other.database : database, name, other.name, at, bareAt, false);
        }
    }

    private Told tell() {
        if (tokens.isEmpty() || tokens.get(0).name) {
            return Told.of(StatementKind.OTHER);
        }
        return switch (tokens.get(0).text.toUpperCase(Locale.ROOT)) {
            case "SET" -> Told.of(setting());
            case "CHANGE", "RESET", "STOP", "START" ->
                Told.of(follows(1, "TRANSACTION") ? StatementKind.OTHER : StatementKind.REPLICATION);
            case "USE" -> named(StatementKind.USE, 1);
            case "INSERT", "REPLACE" -> rows();
            case "LOCK", "UNLOCK" -> Told.of(StatementKind.LOCK);
            case "DO", "SELECT" -> Told.of(follows(1, "SETVAL") ? StatementKind.SEQUENCE : StatementKind.OTHER);
            case "CREATE", "DROP", "ALTER" -> definition();
            default -> Told.of(StatementKind.OTHER);
        };
    }

    private boolean follows(int index, String word) {
        return index < tokens.size() && tokens.get(index).is(word);
    }

    private StatementKind setting() {
        if (isOfAnotherServer()) {
            return StatementKind.REPLICATION;
        }
        return isServerWide() ? StatementKind.OTHER : StatementKind.SET;
    }

    /** Returns whether a variable is set for all sessions, or an account is changed. */
    private boolean isServerWide() {
        for (int i = 0; i < tokens.size(); i++) {
            if (i > 0 && !tokens.get(i).is(",")) {
                continue;
            }
            int scope = i + 1;
            while (follows(scope, "@")) {
                scope++;
            }
            if (scope < tokens.size() && tokens.get(scope).isOneOf(SERVER_WIDE)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOfAnotherServer() {
        String upper = text.toUpperCase(Locale.ROOT);
        return upper.contains("GTID_PURGED")
                || upper.contains("SQL_LOG_BIN")
                || upper.contains("TEMP_LOG_BIN")
                || upper.contains("GTID_SLAVE_POS");
    }

    private Told definition() {
        for (int i = 1; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.is("TABLE")) {
                return named(tableKind(), i + 1);
            }
            if (token.is("VIEW")) {
                return named(StatementKind.VIEW, i + 1);
            }
            if (token.is("SEQUENCE")) {
                return named(StatementKind.SEQUENCE, i + 1);
            }
            if (token.is("TRIGGER")) {
                return trigger(i + 1);
            }
            if (token.isOneOf(ROUTINES)) {
                return named(StatementKind.ROUTINE, i + 1);
            }
            if (token.isOneOf(DATABASES)) {
                return named(StatementKind.DATABASE, i + 1);
            }
        }
        return Told.of(StatementKind.OTHER);
    }

    private StatementKind tableKind() {
        if (tokens.get(0).is("DROP")) {
            return StatementKind.DROP_TABLE;
        }
        return tokens.get(0).is("ALTER") ? StatementKind.ALTER_TABLE : StatementKind.CREATE_TABLE;
    }

    private Told rows() {
        Told told = named(StatementKind.ROWS, 1);
        int behind = told.name == null ? tokens.size() : nameEnd(1);
        return told.withColumns(follows(behind, "("));
    }

    private Told trigger(int from) {
        Told told = named(StatementKind.TRIGGER, from);
        for (int i = nameEnd(from); i < tokens.size(); i++) {
            if (tokens.get(i).is("ON")) {
                return told.on(named(StatementKind.TRIGGER, i + 1));
            }
        }
        return told.on(Told.of(StatementKind.TRIGGER));
    }

    private int nameStart(int from) {
        int i = from;
        while (i < tokens.size() && tokens.get(i).isOneOf(BEFORE_A_NAME)) {
            i++;
        }
        return i;
    }

    private int nameEnd(int from) {
        int i = nameStart(from) + 1;
        return follows(i, ".") ? i + 2 : i;
    }

    /** Reads {@code name} or {@code database.name}. */
    private Told named(StatementKind kind, int from) {
        int i = nameStart(from);
        if (i >= tokens.size()) {
            return Told.of(kind);
        }
        Token first = tokens.get(i);
        if (!follows(i + 1, ".") || i + 2 >= tokens.size()) {
            return new Told(kind, null, first.text, first.text, first.at, first.at, false);
        }
        Token second = tokens.get(i + 2);
        Range both = new Range(first.at.from(), second.at.to());
        return new Told(kind, first.text, second.text, second.text, both, second.at, false);
    }

    private void read() {
        int i = 0;
        while (i < text.length() && tokens.size() < MOST_TOKENS) {
            char c = text.charAt(i);
            if (c <= ' ') {
                i++;
            } else if (text.startsWith("/*", i)) {
                i = behindOpening(i + 2);
            } else if (text.startsWith("*/", i)) {
                i += 2;
            } else if (text.startsWith("-- ", i) || c == '#') {
                int end = text.indexOf('\n', i);
                i = end < 0 ? text.length() : end + 1;
            } else if (c == '`' || c == '"' || c == '\'') {
                i = quoted(i);
            } else if (isOfWord(c)) {
                int end = i;
                while (end < text.length() && isOfWord(text.charAt(end))) {
                    end++;
                }
                tokens.add(new Token(decoded(text.substring(i, end)), false, new Range(i, end)));
                i = end;
            } else {
                tokens.add(new Token(String.valueOf(c), false, new Range(i, i + 1)));
                i++;
            }
        }
    }

    /** Returns where to go on behind the two bytes that open a comment or a versioned part, which counts as if it stood there alone. */
    private int behindOpening(int from) {
        int i = from;
        if (text.startsWith("M!", i)) {
            i += 2;
        } else if (text.startsWith("!", i)) {
            i++;
        } else {
            int end = text.indexOf("*/", from);
            return end < 0 ? text.length() : end + 2;
        }
        while (i < text.length() && Character.isDigit(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private int quoted(int from) {
        char quote = text.charAt(from);
        StringBuilder name = new StringBuilder();
        int i = from + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == quote && i + 1 < text.length() && text.charAt(i + 1) == quote) {
                name.append(quote);
                i += 2;
            } else if (c == quote) {
                i++;
                break;
            } else if (c == '\\' && quote != '`' && i + 1 < text.length()) {
                name.append(text.charAt(i + 1));
                i += 2;
            } else {
                name.append(c);
                i++;
            }
        }
        tokens.add(new Token(decoded(name.toString()), true, new Range(from, i)));
        return i;
    }

    private static boolean isOfWord(char c) {
        return c >= 0x80 || c == '_' || c == '$' || Character.isLetterOrDigit(c);
    }

    /** Names are UTF-8; those of a dump in Latin-1 nearly never look like it. */
    private static String decoded(String bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return bytes;
        }
    }
}
