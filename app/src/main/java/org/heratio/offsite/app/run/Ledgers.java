package org.heratio.offsite.app.run;

import java.time.Duration;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.LedgerSettings;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.jdbc.HeratioDatabase;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;

/** The ledger's database as the settings name it, and the settings that it holds itself when it is Heratio's. */
public final class Ledgers {
    private Ledgers() {}

    /** Where the ledger is; its public table has times in the zone of the settings. */
    public static LedgerConfig config(Settings settings) {
        LedgerSettings ledger = settings.ledger();
        LedgerConfig config = embedded(settings)
                ? LedgerConfig.h2(settings.paths().state())
                : new LedgerConfig(
                        ledger.url(),
                        ledger.user() == null ? "" : ledger.user(),
                        ledger.password() == null ? "" : ledger.password().reveal());
        return config.withZone(settings.timezone());
    }

    /** Whether it is the default in the state directory. */
    public static boolean embedded(Settings settings) {
        return settings.ledger().kind() == LedgerSettings.Kind.H2
                && settings.ledger().origin().equals(Origin.DEFAULT);
    }

    /** Whether it is in a database that may be Heratio's. */
    public static boolean shared(Settings settings) {
        return settings.ledger().kind() != LedgerSettings.Kind.H2;
    }

    /**
     * The settings with those of {@code ahg_settings} below them, read now. Blocks.
     *
     * @param patience how long a database that is away is waited for
     * @throws LedgerException when they cannot be read and something may stand there that counts: to go on would ship unencrypted, or
     *     another directory
     */
    public static Settings withHeratio(Settings settings, Duration patience) throws LedgerException, ConfigException {
        if (!shared(settings)) {
            return settings;
        }
        try {
            HeratioDatabase.BackupSettings found =
                    new HeratioDatabase(config(settings).withPatience(patience)).backupSettings();
            return settings.withHeratio(found.passphrase(), found.backupPath());
        } catch (LedgerException e) {
            if (e.failure().code() == ErrorCode.LEDGER_REFUSED && needsNone(settings)) {
                return settings;
            }
            throw e;
        }
    }

    private static boolean needsNone(Settings settings) {
        return !settings.origin(Setting.BACKUP_ENCRYPTION_PASSPHRASE).equals(Origin.DEFAULT)
                && !settings.origin(Setting.HERATIO_BACKUPS_PATH).equals(Origin.DEFAULT);
    }
}
