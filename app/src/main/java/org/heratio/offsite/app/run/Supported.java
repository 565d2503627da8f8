package org.heratio.offsite.app.run;

import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;

/**
 * Settings that are known already, and whose part of the house this build does not have yet. Whoever sets one counts on it, so it is
 * refused and never passed over. A part that is built takes its line out here.
 */
public final class Supported {
    private final Settings settings;
    private final List<ConfigProblem> problems = new ArrayList<>();

    private Supported(Settings settings) {
        this.settings = settings;
    }

    /** Refuses, all together, what this build cannot do. */
    public static void check(Settings settings) throws ConfigException {
        Supported supported = new Supported(settings);
        supported.rest();
        if (!supported.problems.isEmpty()) {
            throw new ConfigException(supported.problems);
        }
    }

    /** Settings of one part each, which would be without effect. */
    private void rest() {
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
