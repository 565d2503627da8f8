package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The character set of Heratio's table. On MariaDB and MySQL that table may be in {@code latin1} or {@code utf8mb3}: a path with
 * other characters can neither be written there nor looked for, and the database says so with an error. All else holds everything.
 */
final class PublicCharset {
    /** Every one that a table may have holds these. */
    private static final String PLAIN = "\\p{ASCII}*";

    private static final String OF_COLUMN =
            "SELECT character_set_name AS charset_name FROM information_schema.columns WHERE table_schema = DATABASE() "
                    + "AND table_name = '" + PublicTableMigration.TABLE + "' AND column_name = ?";

    private PublicCharset() {}

    /** Returns whether a path can stand there, and be looked for. */
    static boolean holds(Tx tx, String path) throws StatementException, InterruptedException {
        return kept(tx, "local_path", path).equals(path);
    }

    /** A text for people, with a question mark in the place of each character that cannot stand in the column {@code error}. */
    static @Nullable String error(Tx tx, @Nullable String text) throws StatementException, InterruptedException {
        return text == null ? null : kept(tx, "error", text);
    }

    private static String kept(Tx tx, String column, String text) throws StatementException, InterruptedException {
        if (tx.dialect() != Dialect.MYSQL || text.matches(PLAIN)) {
            return text;
        }
        String charset = tx.first(OF_COLUMN, column)
                .map(row -> row.textOrNull("charset_name"))
                .orElse(null);
        if (charset == null || holdsAll(charset)) {
            return text;
        }
        return tx.query("SELECT " + through(charset, "?") + " AS kept", text)
                .get(0)
                .text("kept");
    }

    /** An SQL expression: a text as it would come back from the column of paths; null where that holds everything. */
    static @Nullable String asKept(Connection connection, String expression) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(OF_COLUMN)) {
            query.setString(1, "local_path");
            ResultSet row = query.executeQuery();
            String charset = row.next() ? row.getString(1) : null;
            return charset == null || holdsAll(charset) ? null : through(charset, expression);
        }
    }

    private static boolean holdsAll(String charset) {
        return charset.equalsIgnoreCase("utf8mb4");
    }

    private static String through(String charset, String expression) {
        if (!charset.matches("\\w+")) {
            throw new IllegalStateException("not the name of a character set: " + charset);
        }
        return "CONVERT(CONVERT(" + expression + " USING " + charset + ") USING utf8mb4)";
    }
}
