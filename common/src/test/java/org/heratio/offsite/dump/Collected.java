package org.heratio.offsite.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The statements of a small dump, kept in memory. */
final class Collected implements StatementSink {
    /**
     * A statement with its text, one character for each byte.
     *
     * @param rows that it has
     */
    record Whole(Statement statement, String text, long rows) {
        @Override
        public String toString() {
            String name = statement.name() == null ? "" : " " + statement.name();
            String of = statement.database() == null ? "" : " in " + statement.database();
            return statement.kind() + name + of + (rows == 0 ? "" : " rows " + rows);
        }
    }

    final List<Whole> statements = new ArrayList<>();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private Statement statement;

    @Override
    public void begin(Statement begun) {
        statement = begun;
        text.reset();
    }

    @Override
    public void text(byte[] bytes, int offset, int length) {
        text.write(bytes, offset, length);
    }

    @Override
    public void end(long rows) {
        statements.add(new Whole(statement, text.toString(StandardCharsets.ISO_8859_1), rows));
    }

    List<String> shown() {
        return statements.stream().map(Whole::toString).toList();
    }

    /** A dump that was read in pieces. */
    record Read(Collected collected, DumpEnd end) {}

    /** Reads a dump in pieces of random length, at most as long as given. */
    static Read read(byte[] dump, int longest, long seed) throws IOException {
        Random random = new Random(seed);
        Collected collected = new Collected();
        DumpLexer lexer = new DumpLexer(collected);
        for (int at = 0; at < dump.length; ) {
            int length = Math.min(dump.length - at, 1 + random.nextInt(longest));
            lexer.update(dump, at, length);
            at += length;
        }
        return new Read(collected, lexer.finish());
    }

    static Read read(String dump) throws IOException {
        return read(dump.getBytes(StandardCharsets.ISO_8859_1), Integer.MAX_VALUE - 1, 1);
    }
}
