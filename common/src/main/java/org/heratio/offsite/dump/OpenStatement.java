package org.heratio.offsite.dump;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A statement whose bytes arrive. It holds the first of them back until they tell its kind. */
final class OpenStatement {
    /** Enough for the table of a trigger, which stands behind its definer and its name. */
    static final int HEAD_BYTES = 4096;

    private final StatementSink sink;
    private final long offset;
    private final String delimiter;
    private final Session before;
    private final byte[] head;
    private int length;
    private @Nullable Statement told;
    private Session behind;
    private long groups;

    /**
     * @param before the session that the statement runs in
     * @param head a buffer of {@link #HEAD_BYTES}, which is used again for the next statement
     */
    OpenStatement(StatementSink sink, long offset, String delimiter, Session before, byte[] head) {
        this.sink = sink;
        this.offset = offset;
        this.delimiter = delimiter;
        this.before = before;
        this.behind = before;
        this.head = head;
    }

    void text(byte[] bytes, int from, int count) throws IOException {
        int taken = 0;
        if (told == null) {
            taken = Math.min(count, head.length - length);
            System.arraycopy(bytes, from, head, length, taken);
            length += taken;
            if (length == head.length) {
                tell();
            }
        }
        if (taken < count) {
            sink.text(bytes, from + taken, count - taken);
        }
    }

    /** Counts a bracket that lies in no other one. Each row of an {@code INSERT} has one. */
    void group() {
        groups++;
    }

    /** Ends the statement. Returns the session behind it. */
    Session end() throws IOException {
        Statement statement = told == null ? tell() : told;
        boolean rows = statement.kind() == StatementKind.ROWS;
        sink.end(rows ? Math.max(0, groups - (statement.listsColumns() ? 1 : 0)) : 0);
        return behind;
    }

    private Statement tell() throws IOException {
        StatementHead read = new StatementHead(head, length);
        Statement statement = read.statement(before.database(), offset, delimiter);
        told = statement;
        behind = read.session(before, statement);
        sink.begin(statement);
        sink.text(head, 0, length);
        return statement;
    }
}
