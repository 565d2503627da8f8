package org.heratio.offsite.app.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.LedgerSettings;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;

/**
 * Settings that are known already, and whose part of the house this build does not have yet. Whoever sets one counts on it, so it is
 * refused and never passed over. A part that is built takes its line out here.
 */
public final class Supported {
    private static final Set<String> DRIVERS = Set.of("localfs");

    private final Settings settings;
    private final List<ConfigProblem> problems = new ArrayList<>();

    private Supported(Settings settings) {
        this.settings = settings;
    }

    /** Refuses, all together, what this build cannot do. */
    public static void check(Settings settings) throws ConfigException {
        Supported supported = new Supported(settings);
        supported.drivers();
        supported.ledger();
        supported.broker();
        supported.rest();
        if (!supported.problems.isEmpty()) {
            throw new ConfigException(supported.problems);
        }
    }

    private void drivers() {
        for (String driver : settings.drivers()) {
            if (!DRIVERS.contains(driver)) {
                refuse(
                        Setting.BACKUP_OFFSITE_DRIVER,
                        "the destination " + driver + " is not part of this build yet",
                        "set BACKUP_OFFSITE_DRIVER=localfs, or give --driver localfs");
            }
        }
    }

    private void ledger() {
        LedgerSettings ledger = settings.ledger();
        if (ledger.kind() == LedgerSettings.Kind.H2) {
            return;
        }
        boolean heratio = settings.origin(Setting.BACKUP_OFFSITE_LEDGER_URL).equals(Origin.DEFAULT);
        refuse(
                heratio ? Setting.DB_CONNECTION : Setting.BACKUP_OFFSITE_LEDGER_URL,
                "a ledger in " + name(ledger.kind()) + " is not part of this build yet",
                heratio
                        ? "to use the embedded ledger although the env file names Heratio's database, set DB_CONNECTION to nothing in the environment: DB_CONNECTION= offsite …"
                        : "leave it out to use the embedded ledger");
    }

    private static String name(LedgerSettings.Kind kind) {
        return switch (kind) {
            case H2 -> "H2";
            case MARIADB -> "MariaDB or MySQL";
            case POSTGRESQL -> "PostgreSQL";
        };
    }

    private void broker() {
        if (!settings.broker().embedded()) {
            refuse(
                    Setting.BACKUP_OFFSITE_AMQP_URI,
                    "RabbitMQ is not part of this build yet",
                    "leave it out: then all stages run in one process, 'offsite serve'");
        }
    }

    /** Settings of one part each, which would be without effect. */
    private void rest() {
        refuseIfSet(
                Setting.BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE,
                "former passphrases are not read by this build yet",
                "leave it out; to restore an older copy set BACKUP_ENCRYPTION_PASSPHRASE_FILE to its passphrase");
        refuseIfSet(
                Setting.BACKUP_OFFSITE_LOCALFS_BANDWIDTH,
                "this build cannot limit the bandwidth yet",
                "leave it out: copies are written as fast as the disk takes them");
        for (Setting setting : List.of(
                Setting.BACKUP_OFFSITE_DASHBOARD_PORT,
                Setting.BACKUP_OFFSITE_DASHBOARD_HOST,
                Setting.BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE)) {
            refuseIfSet(
                    setting,
                    "this build has no operators' page yet",
                    "leave it out; 'offsite status' says how things stand");
        }
    }

    private void refuseIfSet(Setting setting, String what, String hint) {
        if (!settings.origin(setting).equals(Origin.DEFAULT)) {
            refuse(setting, what, hint);
        }
    }

    private void refuse(Setting setting, String what, String hint) {
        problems.add(new ConfigProblem(setting + " (" + settings.origin(setting) + "): " + what, hint));
    }
}
