package org.heratio.offsite.dump;

import java.io.IOException;

/** Takes the statements of a dump, one after the other. */
public interface StatementSink {
    /** Begins a statement. */
    void begin(Statement statement) throws IOException;

    /** Takes the next bytes of the statement, with the delimiter at its end. The array is used again afterwards. */
    void text(byte[] bytes, int offset, int length) throws IOException;

    /**
     * Ends a statement.
     *
     * @param rows that an {@code INSERT} has, else 0
     */
    void end(long rows) throws IOException;
}
