package org.heratio.offsite.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Divides a dump into statements as the {@code mysql} program does: by quotes, comments and {@code DELIMITER}. Works on bytes, since
 * binary columns are no text. Memory is bounded, whatever the length of a statement. For one thread.
 *
 * <p>Each byte below 0x80 stands for itself, which holds for UTF-8 and Latin-1, the encodings of {@code mysqldump}.
 */
public final class DumpLexer {
    private static final int LINE_BYTES = 512;
    private static final int NOISE_LINES = 10;
    private static final String DELIMITER = "DELIMITER";
    private static final Pattern PROGRAM = Pattern.compile("(/\\S*/)?(mysqldump|mariadb-dump)");
    private static final int PREFIX = 256;
    private static final Pattern HEADER = Pattern.compile("(MySQL|MariaDB) dump .*");
    private static final String POSTGRES = "PostgreSQL database dump";
    private static final String COMPLETED = "Dump completed";

    /** The part of a dump that the next byte belongs to. */
    private enum Place {
        NOTHING,
        STATEMENT,
        COMMENT,
        DELIMITER_LINE,
        NOISE_LINE
    }

    private final StatementSink sink;
    private final byte[] head = new byte[OpenStatement.HEAD_BYTES];
    private final List<String> noise = new ArrayList<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(LINE_BYTES);

    private Place place = Place.NOTHING;
    private SqlScanner scanner = new SqlScanner(";", true);
    private @Nullable OpenStatement statement;
    private String delimiter = ";";
    private Session session = Session.FIRST;
    private boolean completed;
    private boolean postgres;
    private boolean headed;
    private long position;

    public DumpLexer(StatementSink sink) {
        this.sink = sink;
    }

    /** Takes the next bytes of the dump. */
    public void update(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        int from = offset;
        int i = offset;
        while (true) {
            if (place == Place.STATEMENT) {
                i = scanner.skip(bytes, i, end);
            }
            if (i == end) {
                break;
            }
            byte b = bytes[i];
            if (place == Place.NOTHING && !isSpace(b)) {
                begin(position + i - offset);
                from = i;
            }
            i++;
            if (step(b) && statement != null) {
                statement.text(bytes, from, i - from);
                session = statement.end();
                statement = null;
            }
        }
        if (statement != null) {
            statement.text(bytes, from, end - from);
        }
        position += length;
    }

    /** Returns how the dump ended, when all of its bytes were taken. */
    public DumpEnd finish() throws IOException {
        endLine();
        // the same options leave out both comments: one without the other tells of a cut between two statements
        boolean cut = statement != null || (headed && !completed);
        if (statement != null) {
            statement.end();
            statement = null;
        }
        return new DumpEnd(completed, cut, postgres, List.copyOf(noise));
    }

    private void begin(long at) {
        place = Place.STATEMENT;
        scanner = new SqlScanner(delimiter, session.backslashEscapes());
        statement = new OpenStatement(sink, at, delimiter, session, head);
        line.reset();
    }

    /** Returns whether the byte ends the statement. */
    private boolean step(byte b) {
        switch (place) {
            case NOTHING -> {}
            case STATEMENT -> {
                return inStatement(b);
            }
            case COMMENT -> {
                SqlScanner.Effect ignored = scanner.next(b);
                if (scanner.inComment()) {
                    keep(b);
                } else {
                    endLine();
                }
            }
            case DELIMITER_LINE, NOISE_LINE -> {
                if (b == '\n') {
                    endLine();
                } else {
                    keep(b);
                }
            }
        }
        return false;
    }

    private boolean inStatement(byte b) {
        if (line.size() < PREFIX && isLineOf(b)) {
            return false;
        }
        switch (scanner.next(b)) {
            case NONE -> {}
            case GROUP -> {
                if (statement != null) {
                    statement.group();
                }
            }
            case END -> {
                completed = false;
                place = Place.NOTHING;
                return true;
            }
            case COMMENT -> {
                leaveTo(scanner.inComment() ? Place.COMMENT : Place.NOTHING);
            }
        }
        return false;
    }

    /** Returns whether the byte ends the first word of a line that is no statement. */
    private boolean isLineOf(byte b) {
        if (b != ' ' && b != ':') {
            keep(b);
            return false;
        }
        String word = line.toString(StandardCharsets.ISO_8859_1);
        if (b == ' ' && word.equalsIgnoreCase(DELIMITER)) {
            leaveTo(Place.DELIMITER_LINE);
            return true;
        }
        if (b == ':' && PROGRAM.matcher(word).matches()) {
            leaveTo(Place.NOISE_LINE);
            line.writeBytes((word + ":").getBytes(StandardCharsets.ISO_8859_1));
            return true;
        }
        keep(b);
        return false;
    }

    private void leaveTo(Place other) {
        place = other;
        statement = null;
        line.reset();
    }

    private void keep(byte b) {
        if (line.size() < LINE_BYTES) {
            line.write(b);
        }
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        switch (place) {
            case NOTHING, STATEMENT -> {
                return;
            }
            case COMMENT -> {
                completed |= text.startsWith(COMPLETED);
                headed |= HEADER.matcher(text.strip()).matches();
                postgres |= text.startsWith(POSTGRES);
            }
            case DELIMITER_LINE -> delimiter = text.isBlank() ? delimiter : text.strip();
            case NOISE_LINE -> {
                if (noise.size() < NOISE_LINES) {
                    noise.add(text.strip());
                }
            }
        }
        place = Place.NOTHING;
    }

    private static boolean isSpace(byte b) {
        return b >= 0 && b <= ' ';
    }
}
