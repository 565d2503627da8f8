package org.heratio.offsite.dump;

/** The kind of a statement in a dump. */
public enum StatementKind {
    /** Sets a variable of the session, such as the character set. */
    SET,
    /** Concerns binary logs, replication or GTIDs: belongs to the server that wrote the dump. */
    REPLICATION,
    /** Chooses the database of what follows. */
    USE,
    /** Makes, drops or changes a database. */
    DATABASE,
    DROP_TABLE,
    CREATE_TABLE,
    ALTER_TABLE,
    /** Rows of a table: {@code INSERT} or {@code REPLACE}. */
    ROWS,
    /** Locks or unlocks tables. */
    LOCK,
    /** Makes or drops a trigger. */
    TRIGGER,
    /** Makes or drops a view, or the dummy that stands for it among the tables. */
    VIEW,
    /** Makes, drops or sets a sequence. */
    SEQUENCE,
    /** Makes or drops a function, a procedure, a package or an event. */
    ROUTINE,
    /** Anything else. */
    OTHER
}
