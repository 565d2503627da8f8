package org.heratio.offsite.dump;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables that are taken out of a dump, and what of them.
 *
 * @param tables at least one
 * @param as the name that the only table gets; null leaves the names as they are
 * @param definition whether the statements are taken that make the table, and not its rows alone
 * @param triggers whether the triggers of the tables are taken; they never are with another name or without the definition
 */
public record TableChoice(List<Name> tables, @Nullable String as, boolean definition, boolean triggers) {
    public TableChoice {
        tables = List.copyOf(tables);
        if (tables.isEmpty() || (as != null && tables.size() > 1)) {
            throw new IllegalArgumentException("of " + tables.size() + " tables, none can be called " + as);
        }
        // their names belong to the table that they were made for
        triggers = triggers && definition && as == null;
    }

    /**
     * A table as a person names it.
     *
     * @param database null for whichever has a table of this name
     */
    public record Name(@Nullable String database, String table) {
        /** Reads {@code table} or {@code database.table}. */
        public static Name of(String text) {
            int dot = text.indexOf('.');
            return dot <= 0 ? new Name(null, text) : new Name(text.substring(0, dot), text.substring(dot + 1));
        }

        /** Returns whether this name may mean that table. */
        public boolean means(Name other) {
            return table.equals(other.table) && (database == null || database.equals(other.database));
        }

        boolean means(Statement statement) {
            return table.equals(statement.table()) && (database == null || database.equals(statement.database()));
        }

        @Override
        public String toString() {
            return database == null ? table : database + "." + table;
        }
    }

    boolean takes(Statement statement) {
        boolean wanted = tables.stream().anyMatch(table -> table.means(statement));
        return switch (statement.kind()) {
            // what a table needs of its session; the statements of other tables change it back themselves
            case SET -> true;
            case ROWS -> wanted;
            case DROP_TABLE, CREATE_TABLE, ALTER_TABLE -> wanted && definition;
            // its definition stands in versioned parts, and another name would leave them behind
            case VIEW -> wanted && definition && as == null;
            case TRIGGER -> wanted && triggers;
            case REPLICATION, USE, DATABASE, LOCK, SEQUENCE, ROUTINE, OTHER -> false;
        };
    }
}
