package org.heratio.offsite.dump;

import org.jspecify.annotations.Nullable;

/**
 * A statement, as its first bytes tell it.
 *
 * @param database that it names or, if it names none, the last one that was chosen; null where the dump chooses none
 * @param name of the table, view, routine or database; null where the kind has none
 * @param table that a trigger belongs to, else the same as the name
 * @param nameAt the place of the name in the statement, with its database and its quotes; of no length where it has none
 * @param bareNameAt the same without the database
 * @param offset of its first byte in the dump, after decompression
 * @param delimiter at its end, such as {@code ;} or {@code ;;}
 * @param listsColumns whether rows name their columns
 */
public record Statement(
        StatementKind kind,
        @Nullable String database,
        @Nullable String name,
        @Nullable String table,
        Range nameAt,
        Range bareNameAt,
        long offset,
        String delimiter,
        boolean listsColumns) {

    /**
     * A part of the statement.
     *
     * @param from its first byte
     * @param to the byte behind it
     */
    public record Range(int from, int to) {
        static final Range NONE = new Range(0, 0);
    }
}
