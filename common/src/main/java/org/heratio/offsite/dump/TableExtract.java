package org.heratio.offsite.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statements of some tables of a dump, with all that sets up their session, so that {@code mysql} loads them into any database:
 * nothing that chooses a database, that locks, or that concerns replication comes along. For one thread.
 */
public final class TableExtract implements StatementSink {
    private static final int MOST_NAMES = 10_000;
    private static final byte[] LINE_END = {'\n'};

    /** The settings that a dump makes itself, unless it was written with {@code --compact}. Its times are in UTC all the same. */
    private static final String SESSION = """
            /*!40101 SET NAMES utf8mb4 */;
            /*!40103 SET TIME_ZONE='+00:00' */;
            /*!40014 SET UNIQUE_CHECKS=0, FOREIGN_KEY_CHECKS=0 */;
            /*!40101 SET SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
            """;

    private static final String OF_A_SESSION = "SQL_MODE=";
    private static final int MOST_OF_SESSION = 64 << 10;

    private final TableChoice choice;
    private final OutputStream out;
    private final ByteArrayOutputStream session = new ByteArrayOutputStream();
    private final Map<TableChoice.Name, Long> found = new LinkedHashMap<>();
    private final Set<TableChoice.Name> others = new LinkedHashSet<>();

    private @Nullable Statement current;
    private boolean begun;
    private String delimiter = ";";
    private long written;

    public TableExtract(TableChoice choice, OutputStream out) {
        this.choice = choice;
        this.out = out;
    }

    @Override
    public void begin(Statement statement) throws IOException {
        note(statement);
        if (statement.kind() != StatementKind.SET || session.size() > MOST_OF_SESSION) {
            beginOutput();
        }
        if (!choice.takes(statement)) {
            current = null;
            return;
        }
        current = statement;
        written = 0;
        if (!statement.delimiter().equals(delimiter)) {
            delimiter = statement.delimiter();
            write("DELIMITER " + delimiter + "\n");
        }
    }

    /** Writes the settings of the session, those of the dump or, where it has none, our own. */
    private void beginOutput() throws IOException {
        if (begun) {
            return;
        }
        begun = true;
        if (!session.toString(StandardCharsets.ISO_8859_1).contains(OF_A_SESSION)) {
            write(SESSION);
        }
        session.writeTo(out);
    }

    private OutputStream out() {
        return begun ? out : session;
    }

    /** Remembers each table that has a definition or rows. */
    private void note(Statement statement) {
        String table = statement.table();
        if (table == null) {
            return;
        }
        switch (statement.kind()) {
            case CREATE_TABLE, ROWS, VIEW -> {
                TableChoice.Name name = new TableChoice.Name(statement.database(), table);
                boolean possible = statement.kind() != StatementKind.VIEW || choice.as() == null;
                if (possible && choice.tables().stream().anyMatch(wanted -> wanted.means(statement))) {
                    found.putIfAbsent(name, 0L);
                } else if (others.size() < MOST_NAMES) {
                    others.add(name);
                }
            }
            case SET, REPLICATION, USE, DATABASE, DROP_TABLE, ALTER_TABLE, LOCK, TRIGGER, SEQUENCE, ROUTINE, OTHER -> {}
        }
    }

    @Override
    public void text(byte[] bytes, int offset, int length) throws IOException {
        Statement statement = current;
        if (statement == null) {
            return;
        }
        Statement.Range name = statement.nameAt();
        boolean first = written == 0;
        written += length;
        // the name lies in the first piece, which has all that a statement is told by
        if (first && renames(statement)) {
            out().write(bytes, offset, name.from());
            if (choice.as() == null) {
                Statement.Range bare = statement.bareNameAt();
                out().write(bytes, offset + bare.from(), bare.to() - bare.from());
            } else {
                write(quoted(choice.as()));
            }
            out().write(bytes, offset + name.to(), length - name.to());
        } else {
            out().write(bytes, offset, length);
        }
    }

    private boolean renames(Statement statement) {
        return switch (statement.kind()) {
            case ROWS, DROP_TABLE, CREATE_TABLE, ALTER_TABLE -> true;
            case SET, REPLICATION, USE, DATABASE, LOCK, TRIGGER, VIEW, SEQUENCE, ROUTINE, OTHER -> false;
        };
    }

    @Override
    public void end(long rows) throws IOException {
        Statement statement = current;
        if (statement == null) {
            return;
        }
        out().write(LINE_END);
        if (statement.kind() == StatementKind.ROWS && statement.table() != null) {
            found.merge(new TableChoice.Name(statement.database(), statement.table()), rows, Long::sum);
        }
        current = null;
    }

    /** Ends what was written; call it when the dump is over. */
    public void finish() throws IOException {
        beginOutput();
        if (!delimiter.equals(";")) {
            delimiter = ";";
            write("DELIMITER ;\n");
        }
        // of a dump that turns autocommit off, the statement that commits belongs to no table
        write("COMMIT;\n");
        out.flush();
    }

    /** Returns the number of rows by table, for each one that was asked for and that is there. */
    public Map<TableChoice.Name, Long> found() {
        return Map.copyOf(found);
    }

    /** Returns the other tables and views of the dump, in its order; the first 10,000. */
    public Set<TableChoice.Name> others() {
        return new LinkedHashSet<>(others);
    }

    private void write(String text) throws IOException {
        out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
