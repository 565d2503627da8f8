package org.heratio.offsite.ledger.jdbc;

import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A statement failed; carries what can be done about it. */
final class StatementException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The reaction to a failed statement. */
    enum Remedy {
        /**
         * It may pass: a new connection, after a while. The connection is dead, or its server is full, read-only since a failover,
         * overloaded, or says something that nobody here knows: giving up for good would be the end of what is being recorded.
         */
        RECONNECT,
        /** Lost a race (deadlock, lock timeout, duplicate key): the same transaction once more. */
        REPEAT,
        /** The database will say the same again. */
        NONE,
        /** It says that a table of ours, or the whole database, is no longer there. Once that is believed, what was recorded is lost. */
        LOST
    }

    /**
     * Permanent failures: a wrong statement, wrong values or missing rights, by the class of the SQL state: feature, cursor, data, constraint,
     * authorisation, schema, syntax; and what H2 has of its own.
     */
    private static final Set<String> FOR_GOOD = Set.of("0A", "21", "22", "23", "28", "2F", "3F", "42", "44", "90");
    // MySQL says "general error" of values that do not fit a column, and "syntax error" of too many connections of a
    // user
    private static final Set<Integer> MYSQL_FOR_GOOD = Set.of(1267, 1270, 1364, 1366);
    private static final Set<Integer> MYSQL_PASSING = Set.of(1203, 1226);
    // broken, closed at shutdown, out of memory, already closed, store closed, read or write failure, closed object,
    // locked by a dying process
    private static final Set<Integer> H2_PASSING =
            Set.of(90067, 90098, 90108, 90121, 90007, 90028, 90031, 90030, 90020, 90048, 90135);
    private static final Set<Integer> H2_RACE = Set.of(50200, 90131);
    private static final String CANCELLED = "57014";
    private static final int MARIADB_TIMEOUT = 1969;
    private static final int MYSQL_TIMEOUT = 3024;
    private static final int MYSQL_DUPLICATE = 1062;
    private static final int MYSQL_NO_DATABASE = 1049;
    private static final int MYSQL_LOCK_TIMEOUT = 1205;

    /** The name of a table of ours, in the words of the three databases; not that of the database that a table is in. */
    private static final Pattern OUR_TABLE = Pattern.compile("\\boffsite_\\w+\\b(?!\\.)", Pattern.CASE_INSENSITIVE);

    private final Remedy remedy;

    private StatementException(Throwable cause, Remedy remedy) {
        super(describe(cause), cause);
        this.remedy = remedy;
    }

    static StatementException of(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new StatementException(cause, remedyFor(cause));
    }

    /** Returns the failure of a transaction that read what no longer holds, though no statement failed. */
    static StatementException lostRace(String why) {
        return new StatementException(new IllegalStateException(why), Remedy.REPEAT);
    }

    /** Returns the failure of a transaction that found another ledger, or none, in the database. */
    static StatementException loss(String why) {
        return new StatementException(new IllegalStateException(why), Remedy.LOST);
    }

    /** Returns the way in which the ledger was lost, for people. */
    String loss() {
        return sqlException(getCause()) == null
                ? String.valueOf(getMessage())
                : "the ledger's tables were dropped while it was open";
    }

    Remedy remedy() {
        return remedy;
    }

    /** Returns whether the database has ended the statement because it took too long. */
    boolean isTimedOut() {
        SQLException sql = sqlException(getCause());
        return sql != null
                && (CANCELLED.equals(sql.getSQLState())
                        || sql.getErrorCode() == MARIADB_TIMEOUT
                        || sql.getErrorCode() == MYSQL_TIMEOUT);
    }

    /** Returns whether the same statement may succeed later. */
    boolean mayPass() {
        return remedy == Remedy.RECONNECT || remedy == Remedy.REPEAT;
    }

    private static Remedy remedyFor(Throwable cause) {
        SQLException sql = sqlException(cause);
        if (sql == null) {
            // the client's own errors: connection closed under us, no answer in time
            return cause instanceof IllegalArgumentException || cause instanceof ClassCastException
                    ? Remedy.NONE
                    : Remedy.RECONNECT;
        }
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        int code = sql.getErrorCode();
        if (state.startsWith("3D") || code == MYSQL_NO_DATABASE || isOurTableAbsent(sql)) {
            return Remedy.LOST;
        }
        if (state.startsWith("40")
                || state.equals("HYT00")
                || state.equals("23505")
                || H2_RACE.contains(code)
                || code == MYSQL_DUPLICATE
                || code == MYSQL_LOCK_TIMEOUT
                || state.equals("55P03")) {
            return Remedy.REPEAT;
        }
        if (H2_PASSING.contains(code) || MYSQL_PASSING.contains(code)) {
            return Remedy.RECONNECT;
        }
        boolean forGood =
                MYSQL_FOR_GOOD.contains(code) || (state.length() == 5 && FOR_GOOD.contains(state.substring(0, 2)));
        return forGood ? Remedy.NONE : Remedy.RECONNECT;
    }

    /** Returns whether a table of ours is missing. The public table is Heratio's: without it nothing of ours is lost. */
    private static boolean isOurTableAbsent(SQLException sql) {
        return DatabaseRights.isAbsent(sql)
                && OUR_TABLE.matcher(String.valueOf(sql.getMessage())).find();
    }

    private static @Nullable SQLException sqlException(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static String describe(Throwable cause) {
        if (cause instanceof TimeoutException) {
            return "the database did not answer in time";
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        SQLException sql = sqlException(cause);
        return sql == null ? message : message + " [" + sql.getSQLState() + "/" + sql.getErrorCode() + "]";
    }
}
