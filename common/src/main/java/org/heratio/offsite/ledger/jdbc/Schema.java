package org.heratio.offsite.ledger.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.files.NoFollow;
import org.heratio.offsite.files.Ownership;
import org.heratio.offsite.ledger.LedgerException;

/** Brings the database to the schema of this build, beside whatever else lives in it; several processes may do so at once. */
final class Schema {
    /** Long enough for H2 to find out that the process that holds the lock file is dead. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int MIGRATION_ROUNDS = 20;
    private static final String HISTORY = "offsite_schema_history";
    private static final String BASELINE = "0";
    /** What may be beside the files of the database before they are made: the lock, and native code in a state directory. */
    private static final Set<String> OURS = Set.of("offsite.turn", "native");

    /** The migrations of this build. */
    static final Set<String> VERSIONS =
            Set.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17");

    /** The tables that this build reads and writes, without the history of the migrations. */
    static final List<String> TABLES = List.of(
            "offsite_attempt",
            "offsite_channel",
            "offsite_copy",
            "offsite_doubt",
            "offsite_incident",
            "offsite_journal",
            "offsite_judged",
            "offsite_lease",
            "offsite_meta",
            "offsite_notice",
            "offsite_payload",
            "offsite_request",
            "offsite_request_asked",
            "offsite_request_item",
            "offsite_twin",
            "offsite_unchecked",
            "offsite_unreadable",
            "offsite_unreadable_total",
            "offsite_version");

    private final LedgerConfig config;
    private final OpenLockDataSource connections;
    private final Dialect dialect;
    private final LossCheck loss;

    Schema(LedgerConfig config, LossCheck loss) {
        this.config = config;
        this.loss = loss;
        this.dialect = Dialect.of(config.jdbcUrl());
        this.connections = new OpenLockDataSource(config);
    }

    /**
     * Migrates, and returns a connection that keeps an embedded database open until the first of the ledger's own are there.
     *
     * @throws LedgerException when the database cannot be reached for a while, or refuses the migration
     */
    Connection migrate() throws LedgerException {
        loss.beforeOpening();
        prepareEmbedded();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int round = 1; ; round++) {
            try {
                return migratedConnection();
            } catch (SQLException | FlywayException e) {
                if (e.getCause() instanceof LedgerException refused
                        && refused.failure().code() == ErrorCode.LEDGER_LOST) {
                    throw refused;
                }
                // two migrations at once get in each other's way with all kinds of errors, but not for long
                boolean race = e instanceof FlywayException && round < MIGRATION_ROUNDS;
                boolean passing = StatementException.of(e).mayPass() && System.nanoTime() < deadline;
                if (isHopeless(e) || !(race || passing)) {
                    throw unusable(e);
                }
            }
            pause();
        }
    }

    private Connection migratedConnection() throws SQLException, LedgerException {
        Connection guard = connections.getConnection();
        boolean migrated = false;
        try {
            loss.beforeMigrating(guard);
            DatabaseRights.requirePublicTable(guard);
            Optional<Set<String>> run = migrationsRun(guard);
            if (!run.equals(Optional.of(VERSIONS))) {
                migrateOnce(run.isPresent());
            }
            closeToOthers();
            migrated = true;
            return guard;
        } finally {
            if (!migrated) {
                guard.close();
            }
        }
    }

    private FluentConfiguration configuration() {
        FluentConfiguration configuration = Flyway.configure();
        // a server whose default is another engine would make tables without transactions
        return dialect == Dialect.MYSQL
                ? configuration.initSql("SET SESSION default_storage_engine = InnoDB")
                : configuration;
    }

    /** Refuses a ledger that a newer build has migrated. */
    private static void refuseNewer(Flyway flyway) throws LedgerException {
        for (MigrationInfo migration : flyway.info().all()) {
            if (migration.getState() == MigrationState.FUTURE_SUCCESS) {
                throw new LedgerException(
                        ErrorCode.LEDGER_REFUSED,
                        "the ledger has the schema of a newer offsite (" + migration.getVersion() + ", "
                                + migration.getDescription() + ")",
                        "run that version again, or put back a backup of the ledger from before it",
                        null);
            }
        }
    }

    /**
     * Returns the migrations that have run, or empty where none has yet. One that failed is among them, as {@code failed}. Flyway takes
     * longer to say so than a short command takes.
     */
    private static Optional<Set<String>> migrationsRun(Connection connection) {
        Set<String> run = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version, success FROM " + HISTORY)) {
            while (rows.next()) {
                String version = rows.getString("version");
                if (version != null) {
                    // the row of a schema that Flyway made has none
                    run.add(rows.getBoolean("success") ? version : "failed");
                }
            }
        } catch (SQLException e) {
            // no migration has run, or Flyway finds out what is wrong
            return Optional.empty();
        }
        run.remove(BASELINE);
        return Optional.of(run);
    }

    /** @param again whether there is a history that may be of a newer build */
    private void migrateOnce(boolean again) throws LedgerException {
        Flyway flyway = configuration()
                .dataSource(connections)
                .table(HISTORY)
                .locations("classpath:db/migration/" + dialect.folder())
                .javaMigrations(
                        new PublicTableMigration(dialect),
                        new PlainCopiesMigration(),
                        new IndexesMigration(),
                        new SameBytesMigration(dialect),
                        new PageIndexesMigration(),
                        new ShipIndexMigration(),
                        new RetryIndexesMigration())
                // Heratio's database is full of tables that are not ours
                .baselineOnMigrate(true)
                .baselineVersion(BASELINE)
                .cleanDisabled(true)
                .load();
        if (again) {
            refuseNewer(flyway);
        }
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            if (Stream.of(flyway.info().all()).anyMatch(migration -> migration.getState() == MigrationState.FAILED)) {
                // out of room in the middle, say: forget that it failed, since every statement can be repeated
                flyway.repair();
            }
            throw e;
        }
    }

    private void prepareEmbedded() throws LedgerException {
        Path directory = config.embedded();
        if (directory == null) {
            return;
        }
        H2Properties.set();
        try {
            makePrivate(directory);
        } catch (IOException e) {
            throw new LedgerException(
                    ErrorCode.LEDGER_REFUSED,
                    "the ledger's directory " + directory + " cannot be made private: " + e.getMessage()
                            + "; give it to the user that runs offsite, or set BACKUP_OFFSITE_STATE_DIR",
                    e);
        }
        try {
            Room.require(directory);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** H2 makes files that everybody may read, and one of them is the key to its server: only the directory can keep others out. */
    private void makePrivate(Path directory) throws IOException, LedgerException {
        Files.createDirectories(directory);
        boolean open = Files.getPosixFilePermissions(directory).stream()
                .anyMatch(right -> !right.name().startsWith("OWNER_"));
        if (open && !holdsNothingElse(directory)) {
            throw new LedgerException(
                    ErrorCode.LEDGER_REFUSED,
                    "the ledger would lie in " + directory + ", where other users may look, among other files",
                    "give it a directory of its own, such as " + directory.resolve("ledger"),
                    null);
        }
        NoFollow.setPermissions(Ownership.resolve(directory), PosixFilePermissions.fromString("rwx------"));
    }

    private boolean holdsNothingElse(Path directory) throws IOException {
        String database = EmbeddedUrl.database(config.jdbcUrl())
                .map(path -> path.getFileName() + ".")
                .orElse("");
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .allMatch(name -> name.startsWith(database) || OURS.contains(name));
        }
    }

    private void closeToOthers() throws LedgerException {
        Path directory = config.embedded();
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (file.toString().endsWith(".mv.db")) {
                    NoFollow.setPermissions(Ownership.resolve(file), PosixFilePermissions.fromString("rw-------"));
                }
            }
        } catch (IOException e) {
            throw new LedgerException(
                    ErrorCode.LEDGER_REFUSED, "the ledger's files cannot be made private: " + e.getMessage(), e);
        }
    }

    static boolean isHopeless(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                // wrong user or password, unknown database, no driver, or one that cannot read the URL
                return sql.getSQLState().startsWith("28")
                        || sql.getSQLState().startsWith("3D")
                        || String.valueOf(sql.getMessage()).matches("(?s)(No suitable driver|Unable to parse URL).*");
            }
        }
        return false;
    }

    private LedgerException unusable(Throwable cause) {
        boolean away =
                !isHopeless(cause) && StatementException.of(cause).remedy() == StatementException.Remedy.RECONNECT;
        return LedgerFailures.of(cause, config)
                .as(
                        away ? ErrorCode.LEDGER_UNAVAILABLE : ErrorCode.LEDGER_REFUSED,
                        "the ledger (" + dialect + ") cannot be opened",
                        cause);
    }

    private static void pause() throws LedgerException {
        try {
            TimeUnit.MILLISECONDS.sleep(100 + ThreadLocalRandom.current().nextLong(300));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException(ErrorCode.LEDGER_UNAVAILABLE, "stopped while opening the ledger", e);
        }
    }
}
