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
    private final @Nullable String database;
    private final byte[] head;
    private int length;
    private @Nullable Statement told;
    private long groups;

    /**
     * @param database that was chosen last; null for none
     * @param head a buffer of {@link #HEAD_BYTES}, which is used again for the next statement
     */
    OpenStatement(StatementSink sink, long offset, String delimiter, @Nullable String database, byte[] head) {
        this.sink = sink;
        this.offset = offset;
        this.delimiter = delimiter;
        this.database = database;
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

    /** Ends the statement. Returns the database that is chosen now; null for none. */
    @Nullable
    String end() throws IOException {
        Statement statement = told == null ? tell() : told;
        boolean rows = statement.kind() == StatementKind.ROWS;
        sink.end(rows ? Math.max(0, groups - (statement.listsColumns() ? 1 : 0)) : 0);
        return statement.kind() == StatementKind.USE ? statement.name() : database;
    }

    private Statement tell() throws IOException {
        Statement statement = new StatementHead(head, length).statement(database, offset, delimiter);
        told = statement;
        sink.begin(statement);
        sink.text(head, 0, length);
        return statement;
    }
}
