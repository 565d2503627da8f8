package org.heratio.offsite.ledger.jdbc;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.ledger.Installation;
import org.jspecify.annotations.Nullable;

/**
 * Where the ledger is, and how patient to be with it.
 *
 * @param user database user
 * @param password its password; never logged
 * @param embedded the directory of the embedded H2 files, or null when the database is elsewhere; made and closed to others at start
 * @param leaseTtl how long a lease lasts without a heartbeat; heartbeats come three times as often
 * @param patience how long a transaction is tried again while the database is away
 * @param connections how many transactions may run at once
 * @param zone in which the public table has its times (our own tables have epoch milliseconds)
 * @param login the settings that user and password come from, for hints
 * @param installation recognises the loss of the ledger; null for no check
 * @param lossPause before each question to a database that says that the ledger is lost
 */
public record LedgerConfig(
        String jdbcUrl,
        String user,
        String password,
        @Nullable Path embedded,
        Duration leaseTtl,
        Duration patience,
        int connections,
        ZoneId zone,
        String login,
        @Nullable Installation installation,
        Pause lossPause) {
    private static final Duration LEASE_TTL = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int CONNECTIONS = 8;
    /** All three together take some ten seconds. */
    private static final Pause LOSS_PAUSE = () -> TimeUnit.MILLISECONDS.sleep(3_400);

    private static final String OWN_LOGIN = "BACKUP_OFFSITE_LEDGER_USER and BACKUP_OFFSITE_LEDGER_PASSWORD";

    /** Lets some time pass. */
    @FunctionalInterface
    public interface Pause {
        void pause() throws InterruptedException;
    }

    public LedgerConfig {
        Objects.requireNonNull(jdbcUrl, "jdbcUrl");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        if (leaseTtl.toMillis() < 300 || patience.isNegative() || connections < 1) {
            throw new IllegalArgumentException("leases must last 300 ms at least, and there must be a connection");
        }
    }

    /**
     * The database of a URL, with the usual patience and times in UTC. An H2 database in a file is opened as the embedded one is, and
     * is as private.
     *
     * @throws IllegalArgumentException for a database that cannot hold a ledger
     */
    public LedgerConfig(String jdbcUrl, String user, String password) {
        this(
                Dialect.tuned(jdbcUrl),
                user.isEmpty() && Dialect.of(jdbcUrl) == Dialect.H2 ? "sa" : user,
                password,
                EmbeddedUrl.database(jdbcUrl).map(Path::getParent).orElse(null),
                LEASE_TTL,
                PATIENCE,
                CONNECTIONS,
                ZoneOffset.UTC,
                OWN_LOGIN,
                null,
                LOSS_PAUSE);
    }

    /**
     * The embedded default: H2 in a file below the state directory, open to a second process of the same user.
     *
     * @throws IllegalArgumentException when the path has a semicolon in it, which H2 takes for the end of a file name
     */
    public static LedgerConfig h2(Path stateDir) {
        Path directory = stateDir.toAbsolutePath().normalize().resolve("ledger");
        if (directory.toString().indexOf(';') >= 0) {
            throw new IllegalArgumentException("the state directory " + stateDir
                    + " has a semicolon in its name, which the embedded database cannot take; "
                    + "set BACKUP_OFFSITE_STATE_DIR to another one");
        }
        String url = EmbeddedUrl.of(directory.resolve("offsite"));
        return new LedgerConfig(
                url,
                "sa",
                "",
                directory,
                LEASE_TTL,
                PATIENCE,
                CONNECTIONS,
                ZoneOffset.UTC,
                OWN_LOGIN,
                null,
                LOSS_PAUSE);
    }

    public LedgerConfig withPatience(Duration limit) {
        return new LedgerConfig(
                jdbcUrl, user, password, embedded, leaseTtl, limit, connections, zone, login, installation, lossPause);
    }

    public LedgerConfig withZone(ZoneId newZone) {
        return new LedgerConfig(
                jdbcUrl,
                user,
                password,
                embedded,
                leaseTtl,
                patience,
                connections,
                newZone,
                login,
                installation,
                lossPause);
    }

    /** @param settings as people are told to look at them */
    public LedgerConfig withLoginFrom(String settings) {
        return new LedgerConfig(
                jdbcUrl,
                user,
                password,
                embedded,
                leaseTtl,
                patience,
                connections,
                zone,
                settings,
                installation,
                lossPause);
    }

    /** Returns the same configuration, with another pause before a loss of the ledger is believed. */
    public LedgerConfig withLossPause(Pause pause) {
        return new LedgerConfig(
                jdbcUrl, user, password, embedded, leaseTtl, patience, connections, zone, login, installation, pause);
    }

    /** Returns the same configuration, which refuses a ledger that does not belong to the installation. */
    public LedgerConfig of(Installation whose) {
        return new LedgerConfig(
                jdbcUrl, user, password, embedded, leaseTtl, patience, connections, zone, login, whose, lossPause);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "LedgerConfig[" + Dialect.of(jdbcUrl) + ", user=" + user + ", leaseTtl=" + leaseTtl + "]";
    }
}
