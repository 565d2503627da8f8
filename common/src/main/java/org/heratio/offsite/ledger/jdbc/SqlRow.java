package org.heratio.offsite.ledger.jdbc;

import io.vertx.sqlclient.Row;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A row, with the columns read alike although each driver has Java types of its own for them.
 *
 * @param prefix of the names of all columns that are read
 */
record SqlRow(Row row, String prefix) {
    /** Lists columns of a table in a join; {@link #of} reads them. */
    static String columns(String table, String columns) {
        return Arrays.stream(columns.split(", "))
                .map(column -> table + "." + column + " AS " + table + "_" + column)
                .collect(Collectors.joining(", "));
    }

    /** Returns the part of a joined row that one table has. */
    SqlRow of(String table) {
        return new SqlRow(row, table + "_");
    }

    long number(String column) {
        Long value = numberOrNull(column);
        return Objects.requireNonNull(value, column);
    }

    @Nullable
    Long numberOrNull(String column) {
        Object value = row.getValue(prefix + column);
        if (value == null) {
            return null;
        }
        if (value instanceof Boolean flag) {
            return flag ? 1L : 0L;
        }
        return ((Number) value).longValue();
    }

    int small(String column) {
        return Math.toIntExact(number(column));
    }

    boolean flag(String column) {
        Long value = numberOrNull(column);
        return value != null && value != 0;
    }

    String text(String column) {
        return Objects.requireNonNull(textOrNull(column), column);
    }

    @Nullable
    String textOrNull(String column) {
        Object value = row.getValue(prefix + column);
        return value == null ? null : value.toString();
    }

    LocalDateTime time(String column) {
        return Objects.requireNonNull(timeOrNull(column), column);
    }

    @Nullable
    LocalDateTime timeOrNull(String column) {
        Object value = row.getValue(prefix + column);
        if (value == null) {
            return null;
        }
        if (value instanceof LocalDateTime time) {
            return time;
        }
        if (value instanceof OffsetDateTime time) {
            return time.toLocalDateTime();
        }
        if (value instanceof Timestamp time) {
            return time.toLocalDateTime();
        }
        return LocalDateTime.parse(value.toString().replace(' ', 'T'));
    }
}
