package org.heratio.offsite.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts as values, notes what is wrong, and goes on with the default, so that all problems are found at once. Notes the text in
 * force of each setting that was read.
 */
final class SettingsReader {
    private final SettingValues values;
    private final List<ConfigProblem> problems;
    private final Map<Setting, String> effective = new EnumMap<>(Setting.class);

    SettingsReader(SettingValues values, List<ConfigProblem> problems) {
        this.values = values;
        this.problems = new ArrayList<>(problems);
    }

    List<ConfigProblem> problems() {
        return problems;
    }

    /** Notes a problem that lies in the value of one setting. */
    void problem(Setting setting, String message, String hint) {
        problems.add(new ConfigProblem(setting + " (" + values.origin(setting) + "): " + message, hint));
    }

    /** Notes that a setting is not there. */
    void missing(Setting setting, String message, String hint) {
        problems.add(new ConfigProblem(setting + " is not set: " + message, hint));
    }

    boolean given(Setting setting) {
        return values.given().containsKey(setting);
    }

    /** The value, the default's when the text is bad, or null when there is neither. */
    <T> @Nullable T optional(Setting setting, TextParser<T> parser) {
        return optional(setting, setting.defaultText(), parser);
    }

    private <T> @Nullable T optional(Setting setting, @Nullable String defaultText, TextParser<T> parser) {
        SettingValues.Given given = values.given().get(setting);
        if (given != null) {
            try {
                T value = parser.parse(given.text());
                effective.put(setting, shown(setting, given.text()));
                return value;
            } catch (BadValueException e) {
                problem(setting, String.valueOf(e.getMessage()), e.hint());
            }
        }
        if (defaultText == null) {
            return null;
        }
        effective.put(setting, defaultText);
        try {
            return parser.parse(defaultText);
        } catch (BadValueException e) {
            throw new IllegalStateException("the default of " + setting + " is bad", e);
        }
    }

    /** The value of a setting that has a default. */
    <T> T value(Setting setting, TextParser<T> parser) {
        return Objects.requireNonNull(optional(setting, parser), setting.name());
    }

    /** The value of a setting whose default is worked out. */
    <T> T value(Setting setting, String defaultText, TextParser<T> parser) {
        return Objects.requireNonNull(optional(setting, defaultText, parser), setting.name());
    }

    String text(Setting setting) {
        return value(setting, text -> text);
    }

    @Nullable
    String optionalText(Setting setting) {
        return optional(setting, text -> text);
    }

    @Nullable
    Secret secret(Setting setting) {
        return optional(setting, Secret::new);
    }

    boolean bool(Setting setting) {
        return value(setting, Parse::bool);
    }

    /** A duration of at least {@code min}. */
    @Nullable
    Duration duration(Setting setting, Duration min) {
        return optional(setting, text -> {
            Duration duration = Parse.duration(text);
            if (duration.compareTo(min) < 0) {
                throw new BadValueException(
                        Parse.quoted(text) + " is too short", "write at least " + min.toMillis() + "ms");
            }
            return duration;
        });
    }

    /** A constant of an enum, by its name in any letter case. */
    <E extends Enum<E>> E constant(Setting setting, E[] constants) {
        List<String> names = java.util.Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(java.util.Locale.ROOT))
                .toList();
        return value(setting, text -> constants[names.indexOf(Parse.choice(text, names))]);
    }

    /** A URL; the parser's messages do not show the text. */
    @Nullable
    URI url(Setting setting, Set<String> schemes) {
        return optional(setting, text -> Parse.url(text, schemes));
    }

    /** An absolute path, or null when nothing is given and there is no default. */
    @Nullable
    Path optionalPath(Setting setting) {
        Path path = optional(setting, this::path);
        if (path != null) {
            effective.put(setting, path.toString());
        }
        return path;
    }

    /** An absolute path. */
    Path path(Setting setting, Path fallback) {
        Path path = optionalPath(setting);
        if (path == null) {
            path = absolute(fallback);
            effective.put(setting, path.toString());
        }
        return path;
    }

    /** Notes a text in force that was worked out. */
    void effective(Setting setting, String text) {
        effective.put(setting, text);
    }

    /** Returns the values in force. Settings that were not read are left out. */
    Effective result() {
        return new Effective(
                values,
                java.util.Arrays.stream(Setting.values())
                        .map(setting -> new Effective.Entry(
                                setting,
                                effective.getOrDefault(setting, given(setting) ? "(not used)" : ""),
                                values.origin(setting)))
                        .toList());
    }

    private Path path(String text) throws BadValueException {
        try {
            Parse.fileName(text);
            if (text.startsWith("~/") && values.home() != null) {
                return absolute(values.home().resolve(text.substring(2)));
            }
            if (text.startsWith("~")) {
                throw new BadValueException(Parse.quoted(text) + " begins with ~", "write the path from / on");
            }
            return absolute(Path.of(text));
        } catch (InvalidPathException e) {
            throw new BadValueException(Parse.quoted(text) + " is not a path", "write a path such as /var/backups");
        }
    }

    private Path absolute(Path path) {
        return values.base().resolve(path).toAbsolutePath().normalize();
    }

    private static String shown(Setting setting, String text) {
        return switch (setting.type()) {
            case SECRET -> Mask.HIDDEN;
            case SECRET_URL -> Mask.url(text);
            case TEXT,
                    PATH,
                    BOOLEAN,
                    NUMBER,
                    PORT,
                    DURATION,
                    AGE,
                    BUDGET,
                    BANDWIDTH,
                    CHOICE,
                    LIST,
                    ARGUMENTS,
                    CRON,
                    ZONE,
                    URL -> text;
        };
    }
}
