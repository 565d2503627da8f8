package org.heratio.offsite.ledger.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All that differs between the databases; every other statement is plain SQL that the three of them understand. */
enum Dialect {
    H2("h2", "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)") {
        @Override
        String upsert(String table, List<String> keys, List<String> others) {
            return "MERGE INTO " + table + " (" + join(keys, others) + ") KEY (" + String.join(", ", keys)
                    + ") VALUES (" + marks(keys, others) + ")";
        }

        @Override
        List<String> limit(long millis) {
            return List.of("SET QUERY_TIMEOUT " + millis);
        }

        @Override
        List<String> unlimited() {
            return List.of("SET QUERY_TIMEOUT 0");
        }

        @Override
        String takeLease() {
            // two at once end in a duplicate key, and one of them runs again
            return "INSERT INTO offsite_lease (thing, owner, token, expires_at) SELECT n.thing, n.owner, n.token, n.expires_at FROM "
                    + "(VALUES (CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), " + nowMillis()
                    + " + CAST(? AS BIGINT))) n (thing, owner, token, expires_at) "
                    + "WHERE NOT EXISTS (SELECT 1 FROM offsite_lease l WHERE l.thing = n.thing)";
        }
    },
    // not UNIX_TIMESTAMP: it reads the local time, which an hour of each autumn has twice
    MYSQL("mysql", "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000") {
        @Override
        String upsert(String table, List<String> keys, List<String> others) {
            return insert(table, keys, others) + " ON DUPLICATE KEY UPDATE "
                    + others.stream()
                            .map(column -> column + " = VALUES(" + column + ")")
                            .collect(Collectors.joining(", "));
        }

        // a comment for one of the two is a statement for the other
        @Override
        List<String> limit(long millis) {
            return List.of("SET SESSION /*M! max_statement_time = " + millis / 1000.0
                    + " */ /*!50708 max_execution_time = " + millis + " */");
        }

        @Override
        List<String> unlimited() {
            return List.of("SET SESSION /*M! max_statement_time = DEFAULT */ /*!50708 max_execution_time = DEFAULT */");
        }

        @Override
        String takeLease() {
            return "INSERT IGNORE INTO" + lease();
        }
    },
    POSTGRESQL("postgresql", "CAST(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP()) * 1000 AS BIGINT)") {
        @Override
        String upsert(String table, List<String> keys, List<String> others) {
            return insert(table, keys, others) + " ON CONFLICT (" + String.join(", ", keys) + ") DO UPDATE SET "
                    + others.stream()
                            .map(column -> column + " = EXCLUDED." + column)
                            .collect(Collectors.joining(", "));
        }

        // ends with the transaction, also behind a pooler
        @Override
        List<String> limit(long millis) {
            return List.of("SET LOCAL statement_timeout = " + millis);
        }

        @Override
        List<String> unlimited() {
            return List.of();
        }

        @Override
        String takeLease() {
            return "INSERT INTO" + lease() + " ON CONFLICT (thing) DO NOTHING";
        }
    };

    /**
     * READ COMMITTED: a transaction that waited for a row must see what the one before it did; in MariaDB's own REPEATABLE READ it goes
     * on with the picture that it took before it waited. No statements that are prepared at the server: a pooler in between may give each
     * transaction another connection. The rest ends a connection whose server is gone without a word.
     */
    private static final Map<Dialect, Map<String, String>> OPTIONS = Map.of(
            MYSQL,
            new TreeMap<>(Map.of(
                    "transactionIsolation", "READ-COMMITTED",
                    "connectTimeout", "10000",
                    "socketTimeout", "60000")),
            POSTGRESQL,
            new TreeMap<>(Map.of(
                    "connectTimeout", "10",
                    "socketTimeout", "60",
                    "prepareThreshold", "0",
                    "ApplicationName", "heratio-offsite")));

    private final String folder;
    private final String nowMillis;

    Dialect(String folder, String nowMillis) {
        this.folder = folder;
        this.nowMillis = nowMillis;
    }

    /**
     * Which one a JDBC URL is for.
     *
     * @throws IllegalArgumentException for any other database
     */
    static Dialect of(String jdbcUrl) {
        String url = jdbcUrl.toLowerCase(Locale.ROOT);
        if (url.startsWith("jdbc:h2:")) {
            return H2;
        }
        if (url.startsWith("jdbc:mariadb:") || url.startsWith("jdbc:mysql:")) {
            return MYSQL;
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL;
        }
        throw new IllegalArgumentException(
                "the ledger can be in H2, MariaDB/MySQL or PostgreSQL (jdbc:h2:, jdbc:mariadb:, "
                        + "jdbc:postgresql:), not in this URL");
    }

    /** The URL with the options that the ledger needs; those that it has already stay. */
    static String tuned(String jdbcUrl) {
        if (of(jdbcUrl) == H2) {
            return EmbeddedUrl.tuned(jdbcUrl);
        }
        StringBuilder url = new StringBuilder(jdbcUrl);
        Objects.requireNonNull(OPTIONS.get(of(jdbcUrl))).forEach((name, value) -> {
            if (!jdbcUrl.matches("(?is).*[?&]" + name + "=.*")) {
                url.append(url.indexOf("?") < 0 ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(value);
            }
        });
        return url.toString();
    }

    /** The folder of its migrations. */
    String folder() {
        return folder;
    }

    /** An SQL expression: the database's clock in epoch milliseconds. */
    String nowMillis() {
        return nowMillis;
    }

    /** A statement that inserts a row or, where its key is there already, sets the other columns; parameters in the order keys, others. */
    abstract String upsert(String table, List<String> keys, List<String> others);

    /** Returns the statements after which the database ends each statement of the connection that takes longer. */
    abstract List<String> limit(long millis);

    /** Returns the statements that take such a limit back. */
    abstract List<String> unlimited();

    /**
     * Returns a statement that inserts a lease unless there is one for the thing; parameters: thing, owner, token, and for how many
     * milliseconds.
     */
    abstract String takeLease();

    String lease() {
        return " offsite_lease (thing, owner, token, expires_at) VALUES (?, ?, ?, " + nowMillis + " + ?)";
    }

    private static String insert(String table, List<String> keys, List<String> others) {
        return "INSERT INTO " + table + " (" + join(keys, others) + ") VALUES (" + marks(keys, others) + ")";
    }

    private static String join(List<String> keys, List<String> others) {
        return String.join(", ", keys) + ", " + String.join(", ", others);
    }

    private static String marks(List<String> keys, List<String> others) {
        return "?" + ", ?".repeat(keys.size() + others.size() - 1);
    }
}
