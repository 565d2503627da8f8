package org.heratio.offsite.testing;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A real database server, with as many empty databases as tests want. It can be killed and started again. */
public abstract class DatabaseServer implements AutoCloseable {
    /** Who owns the databases that are made here; may do everything. */
    public static final String USER = "heratio";

    public static final String PASSWORD = "ledger pass #1";

    private final AtomicInteger databases = new AtomicInteger();
    private final int port;
    private final ServerHost host;
    private @Nullable Connection administrating;

    DatabaseServer(int port, ServerHost host) {
        this.port = port;
        this.host = host;
    }

    /** Starts for the first time, and makes the owner of the databases. */
    final void begin() throws IOException {
        boolean begun = false;
        try {
            start();
            try (Connection connection = admin();
                    Statement statement = connection.createStatement()) {
                for (String sql : userStatements()) {
                    statement.execute(sql);
                }
            }
            begun = true;
        } catch (SQLException e) {
            throw new IOException(e);
        } finally {
            if (!begun) {
                close();
            }
        }
    }

    /** JDBC URL of a database, without user and password. */
    public abstract String url(String database);

    /** The value of Laravel's {@code DB_CONNECTION}. */
    public abstract String laravelName();

    public final int port() {
        return port;
    }

    /** Starts, or starts again what was killed; returns when connections are taken. */
    public final void start() throws IOException {
        host.start(() -> {
            try (Connection connection = admin()) {
                return connection.isValid(5);
            } catch (SQLException e) {
                return false;
            }
        });
    }

    /** Pulls the plug. */
    public final void kill() {
        host.kill();
    }

    abstract List<String> userStatements();

    abstract String createStatement(String database);

    abstract Connection admin() throws SQLException;

    /** Makes an empty database and returns its name. */
    public String newDatabase() {
        return newDatabaseBy(this::createStatement);
    }

    final synchronized String newDatabaseBy(UnaryOperator<String> create) {
        String name = "t" + databases.incrementAndGet();
        try (Statement statement = administrating().createStatement()) {
            statement.execute(create.apply(name));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    /** Returns one connection for all databases: a login costs about as much as making one. It is another one after a kill. */
    private Connection administrating() throws SQLException {
        Connection kept = administrating;
        if (kept == null || !kept.isValid(5)) {
            kept = admin();
            administrating = kept;
        }
        return kept;
    }

    /** As its owner. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), USER, PASSWORD);
    }

    /** Runs statements as the owner. */
    public void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /** The rows of a query, all columns as texts. */
    public List<List<String>> query(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(String.valueOf(result.getString(column)));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** One number. */
    public long number(String database, String sql) {
        return Long.parseLong(query(database, sql).get(0).get(0));
    }

    @Override
    public final void close() {
        host.remove();
    }
}
