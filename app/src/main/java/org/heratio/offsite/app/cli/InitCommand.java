package org.heratio.offsite.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.app.run.Trial;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.config.SettingsLoader;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.operations.setup.Draft;
import org.heratio.offsite.operations.setup.Passphrases;
import org.heratio.offsite.operations.setup.SettingsFile;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the first settings file. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Asks for what a first start needs, tries it, and writes the settings file.",
        description = {
            "",
            "On a terminal, asks for the backup directory, the destinations and the passphrase, and tries each answer."
                    + " Elsewhere, takes all of that from options. Takes over the settings of a Heratio installation, if it finds"
                    + " its .env. Writes nothing before the end, and replaces no settings unless told.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite init",
            "  offsite init --backups /srv/backups --driver localfs \\",
            "    --set BACKUP_OFFSITE_LOCALFS_PATH=/mnt/offsite --generate-passphrase"
        })
final class InitCommand implements Callable<Integer> {
    private static final Path PACKAGE = Path.of("/etc/heratio-offsite");
    private static final Path PACKAGED = PACKAGE.resolve("offsite.env");
    private static final Path STATE = Path.of("/var/lib/heratio-offsite");
    private static final String PASSPHRASE = Setting.BACKUP_ENCRYPTION_PASSPHRASE.name();
    private static final String PASSPHRASE_FILE = PASSPHRASE + Setting.FILE_SUFFIX;
    private static final List<Path> HERATIO = Stream.of(
                    ".", "/var/www/heratio", "/usr/share/nginx/heratio", "/srv/heratio")
            .map(directory -> Path.of(directory, ".env"))
            .toList();

    @Option(
            names = "--file",
            paramLabel = "<file>",
            converter = Arguments.FileNameConverter.class,
            description = "the settings file to write (default: offsite.env in /etc/heratio-offsite, or else here)")
    private @Nullable String file;

    @Option(names = "--replace", description = "replace the settings that the file has")
    private boolean replace;

    @Option(
            names = "--heratio",
            paramLabel = "<file>",
            converter = Arguments.FileNameConverter.class,
            description = "Heratio's .env (default: looked for in usual places)")
    private @Nullable String heratio;

    @Option(
            names = "--backups",
            paramLabel = "<directory>",
            converter = Arguments.FileNameConverter.class,
            description = "the backup directory")
    private @Nullable String backups;

    @Option(names = "--driver", paramLabel = "<list>", description = "the destinations, such as s3,rsync")
    private @Nullable String driver;

    @Option(
            names = "--set",
            paramLabel = "<NAME>=<value>",
            description = "any other setting; of a secret, the file: BACKUP_OFFSITE_S3_SECRET_FILE=/root/s3-secret")
    private Map<String, String> set = new LinkedHashMap<>();

    @ArgGroup
    private @Nullable Encryption encryption;

    @Option(names = "--no-test", description = "do not try the answers; for a destination that is not there yet")
    private boolean untested;

    /** How archives are encrypted; one of them. */
    private static final class Encryption {
        @Option(
                names = "--passphrase-file",
                paramLabel = "<file>",
                converter = Arguments.FileNameConverter.class,
                description = "a file whose first line is the passphrase")
        private @Nullable String passphraseFile;

        @Option(names = "--generate-passphrase", description = "make a passphrase, and show it once")
        private boolean generate;

        @Option(names = "--no-encryption", description = "ship archives unencrypted")
        private boolean none;
    }

    private Draft draft = new Draft(Path.of("/"));
    private boolean askedForDestinations;
    /** A passphrase that is written beside the settings, or null. */
    private @Nullable String passphrase;

    private boolean generated;
    /** The passphrase of an earlier installation, if it is there: purging a package keeps it. */
    private Path kept = Path.of("passphrase");

    private Set<String> typedSecrets = Set.of();

    @Override
    public Integer call() throws Exception {
        Path target = target();
        SettingsFile written = new SettingsFile(target);
        if (!replace && written.hasSettings()) {
            throw refused(target + " has settings already", "change them there, or start anew with --replace");
        }
        draft = new Draft(target.resolveSibling(""));
        kept = target.resolveSibling("passphrase");
        takeOver();
        options();
        Optional<Dialogue> dialogue = Dialogue.ofTerminal();
        try (Trial trial = Trial.begin()) {
            if (dialogue.isPresent()) {
                StopSignal.ending(trial::discard);
                ask(dialogue.get(), trial);
                StopSignal.interrupting(Thread.currentThread());
            }
            requireEnough(trial);
            if (!tried(trial, dialogue.isPresent())) {
                return ExitCode.FAILED;
            }
        }
        String made = passphrase;
        Optional<Path> secret = new FirstFiles(target, draft).write(made, typedSecrets);
        if (generated && made != null && secret.isPresent()) {
            InitReport.passphrase(made, secret.get());
        }
        InitReport.next(target, PACKAGED, copies());
        return ExitCode.OK;
    }

    private Path target() {
        Path usual = Look.at(PACKAGE) == Look.THERE ? PACKAGED : Path.of("offsite.env");
        return (file == null ? usual : Path.of(file)).toAbsolutePath().normalize();
    }

    /** Takes over what Heratio's file gives, and makes its defaults explicit: they count from its directory. */
    private void takeOver() throws ConfigException {
        Optional<Path> found = heratio == null
                ? HERATIO.stream().filter(Files::isReadable).findFirst()
                : Optional.of(Path.of(heratio));
        if (found.isEmpty()) {
            return;
        }
        Path env = found.get().toAbsolutePath().normalize();
        SettingsLoader loader = SettingsLoader.ofThisProcess(Drivers.all());
        loader.inFile(env).forEach(draft::put);
        Path storage = Path.of(draft.get(Setting.HERATIO_STORAGE_PATH.name())
                .orElse(env.resolveSibling("storage").toString()));
        if (draft.get(Setting.HERATIO_BACKUPS_PATH.name()).isEmpty()) {
            draft.put(
                    Setting.HERATIO_BACKUPS_PATH.name(),
                    storage.resolve("backups").toString());
        }
        GlobalOptions.out()
                .println("takes over " + draft.values().size() + " settings of " + Printable.of(env.toString()));
    }

    private void options() throws ConfigException {
        for (Map.Entry<String, String> each : set.entrySet()) {
            boolean secret = Stream.of(Setting.values())
                    .anyMatch(setting -> setting.name().equals(each.getKey())
                            && setting.type().sensitive());
            if (secret) {
                throw refused(
                        each.getKey() + " is a secret, and every user of this host can read the arguments of a command",
                        "put it into a file, and say --set " + each.getKey() + "_FILE=<file>");
            }
            draft.put(each.getKey(), each.getValue());
        }
        if (backups != null) {
            draft.put(
                    Setting.HERATIO_BACKUPS_PATH.name(),
                    Path.of(backups).toAbsolutePath().normalize().toString());
        }
        if (driver != null) {
            draft.put(Setting.BACKUP_OFFSITE_DRIVER.name(), driver);
        }
        if (Look.at(STATE) == Look.THERE
                && draft.get(Setting.BACKUP_OFFSITE_STATE_DIR.name()).isEmpty()) {
            draft.put(Setting.BACKUP_OFFSITE_STATE_DIR.name(), STATE.toString());
        }
        Encryption how = encryption;
        if (how != null) {
            draft.put(PASSPHRASE, how.none ? "(empty)" : "");
            draft.put(
                    PASSPHRASE_FILE,
                    how.passphraseFile == null
                            ? ""
                            : Path.of(how.passphraseFile)
                                    .toAbsolutePath()
                                    .normalize()
                                    .toString());
            if (how.generate) {
                if (Look.at(kept) != Look.NOT_THERE) {
                    throw refused(
                            kept + " is there already", "keep it with --passphrase-file " + kept + ", or move it away");
                }
                generate();
            }
        }
    }

    private void ask(Dialogue dialogue, Trial trial) throws InterruptedException, IOException, ConfigException {
        Interview interview = new Interview(dialogue, draft, trial);
        if (backups == null) {
            interview.backups();
        }
        if (driver == null || !isComplete(trial)) {
            interview.destinations(driver != null);
            askedForDestinations = true;
        }
        boolean known = false;
        try {
            known = encryptionIsKnown(trial);
        } catch (FailureException e) {
            dialogue.say("warn  what ahg_settings holds is not known: "
                    + Printable.of(e.failure().oneLine()));
        }
        typedSecrets = interview.typedSecrets();
        if (!known && !(Look.at(kept) == Look.THERE && interview.keeps(kept))) {
            String typed = interview.passphrase();
            passphrase = typed;
            if (typed.isEmpty()) {
                generate();
            }
        }
    }

    /** Returns whether nothing is missing in the settings that the options gave. */
    private boolean isComplete(Trial trial) {
        try {
            return !trial.settings(draft.values()).drivers().isEmpty();
        } catch (ConfigException e) {
            return false;
        }
    }

    private void generate() {
        passphrase = Passphrases.make();
        generated = true;
    }

    /** Returns whether it is said how archives are encrypted, here or in Heratio's database. */
    private boolean encryptionIsKnown(Trial trial) throws ConfigException, FailureException {
        return passphrase != null
                || draft.get(PASSPHRASE).isPresent()
                || draft.get(PASSPHRASE_FILE).isPresent()
                || trial.heratioEncrypts(trial.settings(draft.values()));
    }

    private void requireEnough(Trial trial) throws ConfigException, FailureException {
        if (draft.get(Setting.HERATIO_BACKUPS_PATH.name()).isEmpty()) {
            throw refused(
                    "the backup directory is not known", "give it with --backups, or Heratio's .env with --heratio");
        }
        if (draft.get(Setting.BACKUP_OFFSITE_DRIVER.name()).isEmpty()) {
            throw refused("no destination is given", "give it with --driver: " + String.join(", ", Drivers.names()));
        }
        if (!encryptionIsKnown(trial)) {
            throw refused(
                    "it is not said how archives are encrypted",
                    Look.at(kept) == Look.THERE
                            ? kept + " is there already: give --passphrase-file " + kept + ", or --no-encryption"
                            : "give --passphrase-file, --generate-passphrase or --no-encryption");
        }
    }

    /** Tries what was not asked for; the settings as a whole in any case. */
    private boolean tried(Trial trial, boolean asked) throws ConfigException, InterruptedException {
        Settings settings = trial.settings(draft.values());
        if (untested) {
            return true;
        }
        List<Finding> findings = new ArrayList<>();
        if (!asked || backups != null) {
            findings.addAll(trial.backups(settings));
        }
        if (!askedForDestinations) {
            findings.addAll(trial.destinations(settings));
        }
        boolean well = true;
        for (Finding finding : findings) {
            InitReport.finding(finding);
            well &= finding.level() != Finding.Level.FAIL;
        }
        if (!well) {
            Messages.warning("nothing was written; --no-test writes without trying");
        }
        return well;
    }

    /** Returns the directory of the destination on this host, or null if there is none. */
    private @Nullable Path copies() {
        boolean local = Stream.of(draft.get(Setting.BACKUP_OFFSITE_DRIVER.name())
                        .orElse("")
                        .split(",", -1))
                .map(String::strip)
                .anyMatch("localfs"::equalsIgnoreCase);
        return local
                ? draft.get(Setting.BACKUP_OFFSITE_LOCALFS_PATH.name())
                        .map(Path::of)
                        .orElse(null)
                : null;
    }

    private static ConfigException refused(String text, String hint) {
        return new ConfigException(List.of(new ConfigProblem(text, hint)));
    }
}
