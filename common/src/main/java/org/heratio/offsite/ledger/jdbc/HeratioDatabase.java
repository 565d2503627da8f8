package org.heratio.offsite.ledger.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.ReplicationRow;

/** Reads Heratio's tables by JDBC, with one short connection for each call. */
public final class HeratioDatabase implements HeratioTables {
    private static final String PASSPHRASE = "backup_encryption_passphrase";
    private static final String BACKUP_PATH = "backup_path";

    /** The tolerated difference between the clocks of Heratio's host and of the database. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

    /** The SQL states of PostgreSQL, and of MariaDB and H2. */
    private static final Set<String> NO_COLUMN = Set.of("42703", "42S22");

    private final LedgerConfig config;

    public HeratioDatabase(LedgerConfig config) {
        this.config = config;
    }

    @Override
    public BackupSettings backupSettings() throws LedgerException {
        return with(connection -> {
            String passphrase = null;
            String path = null;
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT setting_key, setting_value FROM ahg_settings WHERE setting_group = ? AND setting_key IN (?, ?)")) {
                query.setString(1, "backup");
                query.setString(2, PASSPHRASE);
                query.setString(3, BACKUP_PATH);
                ResultSet rows = query.executeQuery();
                while (rows.next()) {
                    if (rows.getString(1).equals(PASSPHRASE)) {
                        passphrase = Objects.requireNonNullElse(rows.getString(2), "");
                    } else {
                        path = rows.getString(2);
                    }
                }
            } catch (SQLException e) {
                if (!DatabaseRights.isAbsent(e)) {
                    throw e;
                }
            }
            return new BackupSettings(passphrase, path);
        });
    }

    @Override
    public boolean hasEncryptedRows() throws LedgerException {
        return with(connection -> {
            try (Statement statement = connection.createStatement()) {
                ResultSet row = statement.executeQuery("SELECT DISTINCT encrypted FROM " + PublicTableMigration.TABLE);
                boolean found = false;
                while (row.next()) {
                    found |= Rows.flag(row.getObject(1));
                }
                return found;
            } catch (SQLException e) {
                if (!DatabaseRights.isAbsent(e)) {
                    throw e;
                }
                return false;
            }
        });
    }

    @Override
    public Claims claims() throws LedgerException {
        return with(connection -> {
            List<ReplicationRow> rows = new ArrayList<>();
            Set<String> known = new HashSet<>();
            try (Statement statement = connection.createStatement()) {
                ResultSet row = statement.executeQuery(
                        "SELECT " + PublicLedger.COLUMNS + " FROM " + PublicTableMigration.TABLE + " ORDER BY id");
                while (row.next()) {
                    rows.add(claim(row));
                }
                row = statement.executeQuery(
                        "SELECT c.driver, v.path FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id");
                while (row.next()) {
                    known.add(row.getString(1) + ":" + row.getString(2));
                }
                known.addAll(othersWithCopies(statement));
            } catch (SQLException e) {
                if (!DatabaseRights.isAbsent(e)) {
                    throw e;
                }
            }
            return new Claims(rows, known);
        });
    }

    /** Returns the archives that have the copies of others with the same bytes. A ledger of an earlier build knows none. */
    private static Set<String> othersWithCopies(Statement statement) throws SQLException {
        Set<String> known = new HashSet<>();
        try (ResultSet row = statement.executeQuery("SELECT c.driver, v.path FROM offsite_copy c "
                + "JOIN offsite_version v ON v.same_as = c.version_id")) {
            while (row.next()) {
                known.add(row.getString(1) + ":" + row.getString(2));
            }
        } catch (SQLException e) {
            if (!NO_COLUMN.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
        }
        return known;
    }

    @Override
    public Optional<LocalDateTime> timeToCome(ZoneId zone) throws LedgerException {
        return with(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT MAX(replicated_at), "
                            + Dialect.of(config.jdbcUrl()).nowMillis() + " FROM " + PublicTableMigration.TABLE)) {
                row.next();
                LocalDateTime newest = row.getObject(1, LocalDateTime.class);
                Instant now = Instant.ofEpochMilli(row.getLong(2));
                return Optional.ofNullable(newest)
                        .filter(time -> time.atZone(zone).toInstant().isAfter(now.plus(CLOCKS_APART)));
            } catch (SQLException e) {
                if (!DatabaseRights.isAbsent(e)) {
                    throw e;
                }
                return Optional.empty();
            }
        });
    }

    private static ReplicationRow claim(ResultSet row) throws SQLException {
        String status = row.getString("status");
        return new ReplicationRow(
                row.getLong("id"),
                row.getString("local_path"),
                row.getString("remote_path"),
                row.getString("driver"),
                row.getLong("size_bytes"),
                Rows.sha256(row.getString("sha256")),
                Rows.flag(row.getObject("encrypted")),
                Rows.replicatedAt(row.getObject("replicated_at", LocalDateTime.class)),
                row.getObject("verified_at", LocalDateTime.class),
                status == null ? "" : status,
                row.getString("error"));
    }

    /** Work with a connection. */
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    <T> T with(Work<T> work) throws LedgerException {
        long deadline = System.nanoTime() + config.patience().toNanos();
        while (true) {
            try (Connection connection = new OpenLockDataSource(config).getConnection()) {
                return work.in(connection);
            } catch (SQLException e) {
                boolean passing = StatementException.of(e).mayPass() && !Schema.isHopeless(e);
                if (!passing) {
                    throw LedgerFailures.of(e, config).as(ErrorCode.LEDGER_REFUSED, "the ledger's database refused", e);
                }
                if (System.nanoTime() >= deadline) {
                    throw LedgerFailures.of(e, config)
                            .as(ErrorCode.LEDGER_UNAVAILABLE, "the ledger's database cannot be reached", e);
                }
            }
            pause();
        }
    }

    private static void pause() throws LedgerException {
        try {
            TimeUnit.MILLISECONDS.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException(ErrorCode.LEDGER_UNAVAILABLE, "stopped while waiting for the ledger", e);
        }
    }
}
