package org.heratio.offsite.ledger.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;

/** New connections for the migration, each of them opened in its {@link OpenLock}. */
final class OpenLockDataSource implements DataSource {
    private final LedgerConfig config;
    private final EmbeddedFile file;

    OpenLockDataSource(LedgerConfig config) {
        this.config = config;
        this.file = EmbeddedFile.of(config);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return getConnection(config.user(), config.password());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        OpenLock turn;
        try {
            turn = OpenLock.take(config.embedded());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("stopped while opening the ledger", "08000", e);
        }
        try {
            // within the turn: a file that another process is just making has no content for a moment
            file.requireContent();
            return DriverManager.getConnection(config.jdbcUrl(), user, password);
        } catch (LedgerException e) {
            throw new SQLException(e.failure().reason(), "08000", e);
        } finally {
            turn.close();
        }
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
