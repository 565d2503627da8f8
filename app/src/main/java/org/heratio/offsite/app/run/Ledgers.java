package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.LedgerSettings;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.Installation;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.jdbc.HeratioDatabase;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;

/** The ledger's database as the settings name it, and Heratio's own with the settings that it holds. */
public final class Ledgers {
    /** How long a command waits for Heratio's database. */
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    private Ledgers() {}

    /** Returns where the ledger is, and what recognises its loss. Its public table has times in the zone of the settings. */
    public static LedgerConfig config(Settings settings) {
        LedgerConfig config = embedded(settings)
                ? LedgerConfig.h2(settings.paths().state()).withZone(settings.timezone())
                : config(settings.ledger(), settings);
        return config.of(installation(settings));
    }

    /** Returns the record that the state directory keeps of its ledger. */
    static Installation installation(Settings settings) {
        return new Installation(settings.paths().state(), settings.paths().spool(), place(settings), false);
    }

    /** Returns the location of the ledger, for people. */
    public static String place(Settings settings) {
        return embedded(settings)
                ? "H2 below " + settings.paths().state().resolve("ledger")
                : settings.ledger().shownUrl();
    }

    private static LedgerConfig config(LedgerSettings database, Settings settings) {
        return new LedgerConfig(
                        database.url(),
                        database.user() == null ? "" : database.user(),
                        database.password() == null ? "" : database.password().reveal())
                .withZone(settings.timezone())
                .withLoginFrom(login(database, settings));
    }

    private static String login(LedgerSettings database, Settings settings) {
        boolean ownUrl = !settings.origin(Setting.BACKUP_OFFSITE_LEDGER_URL).equals(Origin.DEFAULT)
                && database.equals(settings.ledger());
        if (ownUrl) {
            return "BACKUP_OFFSITE_LEDGER_USER and BACKUP_OFFSITE_LEDGER_PASSWORD, or the user and password in"
                    + " BACKUP_OFFSITE_LEDGER_URL";
        }
        return settings.origin(Setting.DB_URL).equals(Origin.DEFAULT)
                ? "DB_USERNAME and DB_PASSWORD"
                : "the user and password in DB_URL, or DB_USERNAME and DB_PASSWORD";
    }

    /** Returns whether it is the default in the state directory. */
    public static boolean embedded(Settings settings) {
        return settings.ledger().kind() == LedgerSettings.Kind.H2
                && settings.ledger().origin().equals(Origin.DEFAULT);
    }

    /** Returns whether it is in a database that may be Heratio's. */
    public static boolean shared(Settings settings) {
        return settings.ledger().kind() != LedgerSettings.Kind.H2;
    }

    /** The database with Heratio's settings and rows, if there is one; it need not be the ledger's. */
    public static Optional<HeratioTables> heratio(Settings settings, Duration patience) {
        return Optional.ofNullable(settings.heratio())
                .map(database -> new HeratioDatabase(config(database, settings).withPatience(patience)));
    }

    /** Returns whether the ledger is in the database that has Heratio's rows, so that they can be adopted. */
    public static boolean besideHeratio(Settings settings) {
        return settings.ledger().equals(settings.heratio());
    }

    /**
     * The settings with those of {@code ahg_settings} below them, read now. Blocks.
     *
     * @param patience how long a database that is away is waited for
     * @throws LedgerException when they cannot be read and something may stand there that counts: to go on would ship unencrypted, or
     *     another directory
     */
    public static Settings withHeratio(Settings settings, Duration patience) throws LedgerException, ConfigException {
        Optional<HeratioTables> heratio = heratio(settings, patience);
        if (heratio.isEmpty() || needsNone(settings)) {
            return settings;
        }
        HeratioTables.BackupSettings found = heratio.get().backupSettings();
        return settings.withHeratio(found.passphrase(), found.backupPath());
    }

    /** Returns whether all that could stand there is set elsewhere, so that it need not even be asked. */
    private static boolean needsNone(Settings settings) {
        return Stream.of(Setting.BACKUP_ENCRYPTION_PASSPHRASE, Setting.HERATIO_BACKUPS_PATH)
                .map(settings::origin)
                .noneMatch(origin -> origin.equals(Origin.DEFAULT) || origin.equals(Origin.AHG_SETTINGS));
    }
}
