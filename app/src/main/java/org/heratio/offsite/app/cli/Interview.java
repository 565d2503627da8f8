package org.heratio.offsite.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    /** The settings of a destination that the interview asks for. The others have defaults. */
    private static final Pattern ASKED =
            Pattern.compile(".*_(BUCKET|REGION|ENDPOINT|KEY|SECRET|HOST|USER|PORT|PATH|SSH_KEY|PASSWORD)");

    /** Where the archives are found; nothing else is needed to look for them. */
    private static final List<Setting> OF_BACKUPS = List.of(
            Setting.HERATIO_STORAGE_PATH,
            Setting.HERATIO_BACKUPS_PATH,
            Setting.BACKUP_OFFSITE_INCLUDE,
            Setting.BACKUP_OFFSITE_RECURSIVE);

    private final Dialogue dialogue;
    private final Draft draft;
    private final Trial trial;
    /** The settings that the last trial refused by name. */
    private final Set<String> refused = new LinkedHashSet<>();

    private final Set<String> typedSecrets = new LinkedHashSet<>();

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
        String known = draft.get(name).orElse("/var/www/heratio/storage/backups");
        do {
            draft.put(name, dialogue.ask("Backup directory, where Heratio writes its archives", known));
        } while (!accepted(ofBackups(), trial::backups));
    }

    private Map<String, String> ofBackups() {
        Map<String, String> found = new LinkedHashMap<>();
        OF_BACKUPS.forEach(setting -> draft.get(setting.name()).ifPresent(text -> found.put(setting.name(), text)));
        return found;
    }

    /**
     * Asks for the destinations and their settings until they take copies, or are meant.
     *
     * @param given whether the destinations are known, and their settings alone are asked for
     */
    void destinations(boolean given) throws InterruptedException {
        String name = Setting.BACKUP_OFFSITE_DRIVER.name();
        boolean known = given;
        Map<String, String> good;
        do {
            good = draft.values();
            if (!known) {
                String question =
                        "Destination: one of " + String.join(", ", Drivers.names()) + ", or several such as s3,rsync";
                draft.put(name, dialogue.ask(question, draft.get(name).orElse("")));
            }
            known = false;
            for (String driver : draft.get(name).orElse("").split(",", -1)) {
                if (Drivers.names().contains(driver.strip())) {
                    destination("BACKUP_OFFSITE_" + driver.strip().toUpperCase(Locale.ROOT) + "_");
                }
            }
        } while (!taken(good));
    }

    /** Returns whether the destinations are accepted. Else answers that were refused do not become defaults of the next questions. */
    private boolean taken(Map<String, String> before) throws InterruptedException {
        if (draft.get(Setting.BACKUP_OFFSITE_DRIVER.name()).isEmpty()) {
            return false;
        }
        Set<String> given = new LinkedHashSet<>(draft.values().keySet());
        given.removeIf(name -> draft.get(name).equals(Optional.ofNullable(before.get(name))));
        boolean accepted = accepted(draft.values(), trial::destinations);
        if (!accepted) {
            given.remove(Setting.BACKUP_OFFSITE_DRIVER.name());
            // the test does not tell which of several answers was wrong
            if (given.size() > 1) {
                given.clear();
            }
            given.addAll(refused);
            given.forEach(name -> draft.put(name, before.getOrDefault(name, "")));
        }
        return accepted;
    }

    /** Asks whether the passphrase that an earlier installation left is to be used, and takes it if so and if it can be used. */
    boolean keeps(Path file) {
        if (!dialogue.agrees(
                file + " is there already, from an earlier installation. Copies made with it need it. Use it?", true)) {
            dialogue.say("It stays, and a new one gets another file.");
            return false;
        }
        String name = Setting.BACKUP_ENCRYPTION_PASSPHRASE + Setting.FILE_SUFFIX;
        draft.put(name, file.toString());
        try {
            trial.settings(draft.values());
            return true;
        } catch (ConfigException e) {
            tell(e);
            draft.put(name, "");
            return false;
        }
    }

    /** Returns the names of the settings whose values were typed unseen: they belong into files of their own. */
    Set<String> typedSecrets() {
        return Set.copyOf(typedSecrets);
    }

    /** Asks for a passphrase until it is typed twice and can be used. Empty if a new one is wanted. */
    String passphrase() throws IOException {
        while (true) {
            String typed = dialogue.askSecret("Passphrase that encrypts the archives; nothing for a new one");
            if (typed.isEmpty()) {
                return typed;
            }
            if (!dialogue.askSecret("The same once more").equals(typed)) {
                dialogue.say("FAIL  the two are not the same");
                continue;
            }
            try {
                trial.passphrase(draft.values(), typed);
                return typed;
            } catch (ConfigException e) {
                tell(e);
            }
        }
    }

    private void tell(ConfigException refused) {
        for (ConfigProblem problem : refused.problems()) {
            dialogue.say("FAIL  " + Printable.of(problem.text()));
            dialogue.say("      HINT: " + Printable.of(problem.hint()));
        }
    }

    private void destination(String prefix) {
        Arrays.stream(Setting.values())
                .filter(setting -> setting.name().startsWith(prefix)
                        && ASKED.matcher(setting.name()).matches()
                        && !setting.name().endsWith("_KMS_KEY"))
                .forEach(this::one);
    }

    private void one(Setting setting) {
        String what =
                setting.name() + ": " + setting.description().replace("`", "").replaceFirst("\\.$", "");
        if (setting.type() == SettingType.SECRET) {
            secret(setting, what);
            return;
        }
        String otherwise = setting.defaultText() == null ? "" : setting.defaultText();
        String answer = dialogue.ask(what, draft.get(setting.name()).orElse(otherwise));
        draft.put(setting.name(), answer.equals(otherwise) ? "" : answer);
    }

    private void secret(Setting setting, String what) {
        if (draft.get(setting.name() + Setting.FILE_SUFFIX).isPresent()) {
            return;
        }
        if (setting == Setting.BACKUP_OFFSITE_SFTP_PASSWORD
                && draft.get(Setting.BACKUP_OFFSITE_SFTP_SSH_KEY.name()).isPresent()) {
            if (typedSecrets.remove(setting.name())) {
                draft.put(setting.name(), "");
            }
            return;
        }
        boolean known = draft.get(setting.name()).isPresent();
        String typed = dialogue.askSecret(known ? what + "; nothing for the same as before" : what);
        if (!typed.isEmpty()) {
            draft.put(setting.name(), typed);
            typedSecrets.add(setting.name());
        }
    }

    /** Prints what is found, and returns whether to go on: all is well, or the person wants it so. */
    private boolean accepted(Map<String, String> variables, Look look) throws InterruptedException {
        boolean well = true;
        refused.clear();
        try {
            for (Finding finding : look.at(trial.settings(variables))) {
                dialogue.say(finding.level().word() + "  " + Printable.of(finding.text()));
                if (finding.hint() != null) {
                    dialogue.say("      HINT: " + Printable.of(finding.hint()));
                }
                well &= finding.level() != Finding.Level.FAIL;
            }
        } catch (ConfigException e) {
            tell(e);
            variables.keySet().stream()
                    .filter(name -> e.problems().stream().anyMatch(problem -> names(problem, name)))
                    .forEach(refused::add);
            dialogue.say("Ctrl-D ends this, and writes nothing.");
            return false;
        }
        return well || dialogue.agrees("Keep these answers all the same?", false);
    }

    private static boolean names(ConfigProblem problem, String name) {
        return Pattern.compile("\\b" + Pattern.quote(name) + "\\b")
                .matcher(problem.text())
                .find();
    }
}
