package org.heratio.offsite.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.heratio.offsite.process.StartBytes;
import org.jspecify.annotations.Nullable;

/**
 * Gathers settings: the environment, over an env file, over defaults. This is the only place that reads the environment.
 */
public final class SettingsLoader {
    private static final String OURS = "BACKUP_OFFSITE_";

    /** A line without a value may be a template that nobody filled in; who writes this means it. */
    private static final String SAYS_EMPTY = "(empty)";

    /** As {@code Env::get} has it; no value of several lines is one. */
    private static final Pattern QUOTED = Pattern.compile("(['\"])(.*)\\1", Pattern.UNIX_LINES);

    /** The variables that may be set: those of the registry, and the files that hold secrets. */
    private static final Map<String, Setting> NAMES = names();

    /** The names whose slips are refused: programs have variables of their own beside {@code DB_…} and {@code APP_…}. */
    private static final Set<String> NAMES_OF_HERATIO = NAMES.keySet().stream()
            .filter(name -> name.startsWith("BACKUP_") || name.startsWith("HERATIO_"))
            .collect(Collectors.toUnmodifiableSet());

    /** As many edits make a slip: a letter too many, or two of them swapped. */
    private static final int SLIP = 2;

    private final List<DestinationType> types;
    private final Environment environment;
    /** The origin that messages name for values of the environment. */
    private final Origin origin;

    private final WorkingDirectory workingDirectory;

    /**
     * Reads another environment than the process's own, for tests.
     *
     * @param types of destinations that there are, in the order of documents
     */
    public SettingsLoader(
            List<? extends DestinationType> types, Map<String, String> environment, Path workingDirectory) {
        this(types, Environment.of(environment), WorkingDirectory.at(workingDirectory));
    }

    SettingsLoader(List<? extends DestinationType> types, Environment environment, WorkingDirectory workingDirectory) {
        this(types, environment, workingDirectory, Origin.ENVIRONMENT);
    }

    private SettingsLoader(
            List<? extends DestinationType> types,
            Environment environment,
            WorkingDirectory workingDirectory,
            Origin origin) {
        this.origin = origin;
        this.types = List.copyOf(types);
        this.environment = environment;
        this.workingDirectory = workingDirectory;
    }

    /** Reads the variables of a draft, which {@code offsite init} was given; relative paths count from the directory. */
    public static SettingsLoader ofDraft(
            List<? extends DestinationType> types, Map<String, String> draft, Path directory) {
        return new SettingsLoader(types, Environment.of(draft), WorkingDirectory.at(directory), Origin.INIT);
    }

    /**
     * Reads the environment of this process.
     *
     * @param types of destinations that there are, in the order of documents
     */
    public static SettingsLoader ofThisProcess(List<? extends DestinationType> types) {
        Environment environment =
                StartBytes.environment().map(Environment::ofBytes).orElseGet(() -> Environment.ofJvm(System.getenv()));
        return new SettingsLoader(types, environment, WorkingDirectory.ofThisProcess());
    }

    /** {@link #load(Path, Map)} without anything on the command line. */
    public Settings load(@Nullable Path envFile) throws ConfigException {
        return load(envFile, Map.of());
    }

    /**
     * The settings in force.
     *
     * @param envFile in Laravel's syntax, or null for none; relative paths in settings count from its directory, else from the
     *     working directory
     * @param overrides from the command line, over everything; empty texts take settings back to their defaults
     * @throws ConfigException with everything that is wrong
     */
    public Settings load(@Nullable Path envFile, Map<Setting, String> overrides) throws ConfigException {
        Gathered gathered = new Gathered();
        gathered.problems.addAll(workingDirectory.problemsFor(envFile));
        Path base = workingDirectory.path();
        if (envFile != null) {
            Path file = workingDirectory.path().resolve(envFile).normalize();
            Path parent = file.getParent();
            base = parent == null ? base : parent;
            EnvFile parsed = EnvFile.read(file, environment);
            gathered.problems.addAll(parsed.problems());
            gathered.warnings.addAll(parsed.warnings());
            layer(parsed.values(), Origin.envFile(file), base, gathered);
        }
        layer(environment.values(), origin, base, gathered);
        refuseUnreadable(gathered);
        judgeEncryption(gathered);
        OwnDirectories own = new OwnDirectories(environment);
        if (!gathered.given.containsKey(Setting.BACKUP_OFFSITE_STATE_DIR)) {
            own.problem().ifPresent(gathered.problems::add);
        }
        SettingValues values = new SettingValues(
                        types,
                        gathered.given,
                        base,
                        own.home(),
                        own.state(),
                        gathered.noPassphrase,
                        gathered.undecided,
                        false,
                        gathered.warnings)
                .with(overrides, Origin.COMMAND_LINE);
        return Settings.of(values, gathered.problems);
    }

    /**
     * Returns the settings that an env file gives, by the names of their variables, with absolute paths: for another file that takes them
     * over.
     *
     * @throws ConfigException if the file cannot be read
     */
    public Map<String, String> inFile(Path envFile) throws ConfigException {
        Path file = workingDirectory.path().resolve(envFile).normalize();
        EnvFile parsed = EnvFile.read(file, environment);
        if (!parsed.problems().isEmpty()) {
            throw new ConfigException(parsed.problems());
        }
        Map<String, String> found = new LinkedHashMap<>();
        parsed.values().forEach((name, text) -> {
            Setting setting = NAMES.get(name);
            String meant = meant(setting, text);
            if (setting != null && meant != null) {
                boolean path = setting.type() == SettingType.PATH || !name.equals(setting.name());
                found.put(name, path ? file.resolveSibling(meant).normalize().toString() : meant);
            }
        });
        return found;
    }

    private static final class Gathered {
        final EnumMap<Setting, SettingValues.Given> given = new EnumMap<>(Setting.class);
        final List<ConfigProblem> problems = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        final Map<String, StrayName> aboutEncryption = new TreeMap<>();
        List<StrayName> undecided = List.of();
        boolean noPassphrase;
    }

    /** Lays one source of variables over those before it. A variable that is there but empty hides them too, as in Laravel. */
    private void layer(Map<String, String> variables, Origin origin, Path base, Gathered gathered) {
        new TreeMap<>(variables).keySet().forEach(name -> refuseUnknown(name, origin, gathered));
        for (Setting setting : Setting.values()) {
            String text = variables.get(setting.name());
            String file = setting.fileName().map(variables::get).orElse(null);
            if (text == null && file == null) {
                continue;
            }
            gathered.given.remove(setting);
            if (setting == Setting.BACKUP_ENCRYPTION_PASSPHRASE) {
                gathered.noPassphrase = text != null && text.strip().equalsIgnoreCase(SAYS_EMPTY);
            }
            String given = text;
            text = meant(setting, text);
            file = meant(null, file);
            if (setting == Setting.BACKUP_ENCRYPTION_PASSPHRASE && text != null && !text.equals(given)) {
                gathered.warnings.add(setting + " (" + origin
                        + "): the quotes around it are not part of it, as in Laravel (hint: if older"
                        + " copies were encrypted with them, put it with its quotes into the file"
                        + " BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE)");
            }
            if (text != null && file != null) {
                gathered.problems.add(new ConfigProblem(
                        setting.name() + " and " + setting.name() + Setting.FILE_SUFFIX + " are both set (" + origin
                                + ")",
                        "keep one of them"));
            } else if (text != null) {
                gathered.given.put(setting, new SettingValues.Given(text, origin));
            } else if (file != null) {
                fromFile(setting, file, origin, base, gathered);
            }
        }
    }

    private void fromFile(Setting setting, String text, Origin origin, Path base, Gathered gathered) {
        String name = setting.name() + Setting.FILE_SUFFIX;
        try {
            Path file = base.resolve(Parse.fileName(text.strip()));
            String line = SecretFile.firstLine(file);
            String secret = setting.type() == SettingType.SECRET ? line : line.strip();
            gathered.given.put(setting, new SettingValues.Given(secret, Origin.secretFile(name)));
            SecretFile.exposed(file).ifPresent(gathered.warnings::add);
            if (!secret.equals(secret.stripTrailing())) {
                gathered.warnings.add(
                        name + ": the first line of " + file
                                + " ends with a blank or a carriage return, which is part of the secret (hint: take it off if it is not)");
            }
        } catch (BadValueException e) {
            gathered.problems.add(new ConfigProblem(name + " (" + origin + "): " + e.getMessage(), e.hint()));
        } catch (InvalidPathException e) {
            gathered.problems.add(new ConfigProblem(
                    name + " (" + origin + "): is not a path", "give the path of the file with the secret"));
        }
    }

    /** A default or the env file's value in the place of what somebody has typed would be a guess. */
    private void refuseUnreadable(Gathered gathered) {
        environment.unreadable().forEach((name, problem) -> {
            if (NAMES.containsKey(name)) {
                gathered.problems.add(problem);
            }
        });
    }

    /** A slip in a name would ship archives unencrypted, or look into another directory. */
    private static void refuseUnknown(String name, Origin origin, Gathered gathered) {
        if (NAMES.containsKey(name)) {
            return;
        }
        String upper = name.toUpperCase(Locale.ROOT);
        if (upper.startsWith(OURS)
                || Closest.within(SLIP, upper, NAMES_OF_HERATIO).isPresent()) {
            gathered.problems.add(stray(name, origin).problem());
        } else if (isAboutEncryption(upper)) {
            gathered.aboutEncryption.put(name, stray(name, origin));
        } else if (name.startsWith("HERATIO_")
                && Closest.to(name, NAMES.keySet()).isPresent()) {
            gathered.warnings.add(stray(name, origin).ignored());
        }
    }

    private static StrayName stray(String name, Origin origin) {
        return StrayName.of(name, origin, NAMES.keySet());
    }

    /** Heratio may have such names of its own. */
    private static boolean isAboutEncryption(String name) {
        return (name.startsWith("BACKUP_") || name.startsWith("HERATIO_"))
                && (name.contains("ENCRYPT") || name.contains("PASSPHRASE"));
    }

    /** Warns of the names about encryption where it is settled by another one; else Heratio's database may still bring a passphrase. */
    private static void judgeEncryption(Gathered gathered) {
        List<StrayName> strays = List.copyOf(gathered.aboutEncryption.values());
        if (gathered.noPassphrase || gathered.given.containsKey(Setting.BACKUP_ENCRYPTION_PASSPHRASE)) {
            strays.forEach(stray -> gathered.warnings.add(stray.ignored()));
        } else {
            gathered.undecided = strays;
        }
    }

    /**
     * Returns the value that Laravel sees: {@code null} and {@code (empty)} are words of its own, and quotes around a value are taken off,
     * also those that are left of two pairs in an env file.
     */
    private static @Nullable String meant(@Nullable Setting setting, @Nullable String text) {
        if (text == null) {
            return null;
        }
        String meant = switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "null", "(null)" -> null;
            case "empty", "(empty)" -> "";
            default -> unquoted(setting, setting != null && setting.type() == SettingType.SECRET ? text : text.strip());
        };
        boolean nothing = meant == null || (meant.isEmpty() && (setting == null || !setting.emptyCounts()));
        return nothing ? null : meant;
    }

    private static String unquoted(@Nullable Setting setting, String text) {
        Matcher quoted = QUOTED.matcher(text);
        // where words are grouped by quotes, these are no wrapping
        boolean wrapped = quoted.matches() && (setting == null || setting.type() != SettingType.ARGUMENTS);
        return wrapped ? quoted.group(2) : text;
    }

    private static Map<String, Setting> names() {
        Map<String, Setting> names = new LinkedHashMap<>();
        Arrays.stream(Setting.values()).forEach(setting -> {
            names.put(setting.name(), setting);
            setting.fileName().ifPresent(file -> names.put(file, setting));
        });
        return Map.copyOf(names);
    }
}
