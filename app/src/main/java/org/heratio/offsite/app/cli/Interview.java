package org.heratio.offsite.app.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.Trial;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.SettingType;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.operations.setup.Draft;
import org.heratio.offsite.text.Printable;

/** Asks for the settings that a first start needs, and tries each answer before the next question. */
final class Interview {
    /** Of the settings of a destination, these are asked for; the others have defaults that serve most. */
    private static final Pattern ASKED =
            Pattern.compile(".*_(BUCKET|REGION|ENDPOINT|KEY|SECRET|HOST|USER|PATH|SSH_KEY)");

    private final Dialogue dialogue;
    private final Draft draft;
    private final Trial trial;

    /** @param draft what is known already, such as Heratio's settings; gets the answers */
    Interview(Dialogue dialogue, Draft draft, Trial trial) {
        this.dialogue = dialogue;
        this.draft = draft;
        this.trial = trial;
    }

    private interface Look {
        List<Finding> at(Settings settings) throws InterruptedException, ConfigException;
    }

    /** Asks for the backup directory until it is one, or is meant. */
    void backups() throws InterruptedException {
        String name = Setting.HERATIO_BACKUPS_PATH.name();
        do {
            String known = draft.get(name).orElse("/var/www/heratio/storage/backups");
            draft.put(name, dialogue.ask("Backup directory, where Heratio writes its archives", known));
        } while (!accepted(trial::backups));
    }

    /** Asks for the destinations and their settings until they take copies, or are meant. */
    void destinations() throws InterruptedException {
        String name = Setting.BACKUP_OFFSITE_DRIVER.name();
        do {
            String question =
                    "Destination: one of " + String.join(", ", Drivers.names()) + ", or several such as s3,rsync";
            draft.put(name, dialogue.ask(question, draft.get(name).orElse("")));
            for (String driver : draft.get(name).orElse("").split(",", -1)) {
                if (Drivers.names().contains(driver.strip())) {
                    destination("BACKUP_OFFSITE_" + driver.strip().toUpperCase(Locale.ROOT) + "_");
                }
            }
        } while (draft.get(name).isEmpty() || !accepted(trial::destinations));
    }

    private void destination(String prefix) {
        Arrays.stream(Setting.values())
                .filter(setting -> setting.name().startsWith(prefix)
                        && ASKED.matcher(setting.name()).matches()
                        && !setting.name().endsWith("_KMS_KEY"))
                .forEach(this::one);
    }

    private void one(Setting setting) {
        String what = setting.name() + ": " + setting.description().replace("`", "");
        if (setting.type() == SettingType.SECRET) {
            if (draft.get(setting.name() + Setting.FILE_SUFFIX).isEmpty()) {
                String typed = dialogue.askSecret(what);
                if (!typed.isEmpty()) {
                    draft.put(setting.name(), typed);
                }
            }
            return;
        }
        String otherwise = setting.defaultText() == null ? "" : setting.defaultText();
        String answer = dialogue.ask(what, draft.get(setting.name()).orElse(otherwise));
        draft.put(setting.name(), answer.equals(otherwise) ? "" : answer);
    }

    /** Prints what is found, and returns whether to go on: all is well, or the person wants it so. */
    private boolean accepted(Look look) throws InterruptedException {
        boolean well = true;
        try {
            for (Finding finding : look.at(trial.settings(draft.values()))) {
                dialogue.say(finding.level().word() + "  " + Printable.of(finding.text()));
                if (finding.hint() != null) {
                    dialogue.say("      HINT: " + Printable.of(finding.hint()));
                }
                well &= finding.level() != Finding.Level.FAIL;
            }
        } catch (ConfigException e) {
            for (ConfigProblem problem : e.problems()) {
                dialogue.say("FAIL  " + Printable.of(problem.text()));
                dialogue.say("      HINT: " + Printable.of(problem.hint()));
            }
            return false;
        }
        return well || dialogue.agrees("Keep these answers all the same?");
    }
}
