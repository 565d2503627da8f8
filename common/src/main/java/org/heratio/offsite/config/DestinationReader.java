package org.heratio.offsite.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings of one type of destination. A bad value is noted and replaced by the default, so that a person sees all problems
 * at once. What a driver requires is asked for only when it is chosen.
 */
public final class DestinationReader {
    private final SettingsReader read;
    private final String driver;
    private final boolean chosen;
    private final Settings.Paths paths;
    private final List<String> warnings;
    private final List<String> advice;

    DestinationReader(
            SettingsReader read,
            String driver,
            boolean chosen,
            Settings.Paths paths,
            List<String> warnings,
            List<String> advice) {
        this.read = read;
        this.driver = driver;
        this.chosen = chosen;
        this.paths = paths;
        this.warnings = warnings;
        this.advice = advice;
    }

    /** Returns whether archives are shipped there. */
    public boolean chosen() {
        return chosen;
    }

    /** Returns the state directory. */
    public Path state() {
        return paths.state();
    }

    /** Notes a problem in the value of one setting. */
    public void problem(Setting setting, String message, String hint) {
        read.problem(setting, message, hint);
    }

    /** Returns the value of a setting that has a default. */
    public <T> T value(Setting setting, TextParser<T> parser) {
        return read.value(setting, parser);
    }

    /** Returns the value, the default's when the text is bad, or null when there is neither. */
    public <T> @Nullable T optional(Setting setting, TextParser<T> parser) {
        return read.optional(setting, parser);
    }

    /** Returns the text, or null. */
    public @Nullable String text(Setting setting) {
        return read.optionalText(setting);
    }

    /** Returns the text, or an empty one, which is noted when the driver is chosen. */
    public String required(Setting setting, String what) {
        String text = text(setting);
        if (text == null) {
            missing(setting, "the driver " + driver + " needs it", "set it to " + what);
        }
        return text == null ? "" : text;
    }

    /** Notes that a setting is missing, when the driver is chosen. */
    public void missing(Setting setting, String message, String hint) {
        if (chosen) {
            read.missing(setting, message, hint);
        }
    }

    /** Returns a secret, or null. */
    public @Nullable Secret secret(Setting setting) {
        return read.secret(setting);
    }

    /** Returns a flag. */
    public boolean bool(Setting setting) {
        return read.bool(setting);
    }

    /** Returns one of the choices, in any letter case, or null for the one that means nothing. */
    public @Nullable String choice(Setting setting, List<String> choices, String nothing) {
        String choice = read.value(setting, text -> Parse.choice(text, choices));
        return choice.equals(nothing) ? null : choice;
    }

    /** Returns the port of a host. */
    public int port(Setting setting) {
        return read.value(setting, Parse::port);
    }

    /** Returns a URL with a host, or null. */
    public @Nullable URI url(Setting setting, Set<String> schemes) {
        return read.url(setting, schemes);
    }

    /** Returns a duration of a second or more. */
    public Duration seconds(Setting setting) {
        return Objects.requireNonNull(read.duration(setting, Duration.ofSeconds(1)));
    }

    /** Returns a limit of bytes per second. */
    public Bandwidth bandwidth(Setting setting) {
        return read.value(setting, Bandwidth::parse);
    }

    /** Returns an absolute path. */
    public Path path(Setting setting, Path fallback) {
        return read.path(setting, fallback);
    }

    /** Returns a file to be read, or null. One that is not there is warned of only, since not every process uses it. */
    public @Nullable Path file(Setting setting) {
        return file(read, setting, warnings);
    }

    static @Nullable Path file(SettingsReader read, Setting setting, List<String> warnings) {
        Path file = read.optionalPath(setting);
        if (file != null && !Files.isReadable(file)) {
            warnings.add(setting + ": " + file + " is not there, or not readable");
        }
        return file;
    }

    /** Returns a file with a private key, or null. The same; and it is warned of if others can read it. */
    public @Nullable Path secretFile(Setting setting) {
        return secretFile(read, setting, warnings);
    }

    static @Nullable Path secretFile(SettingsReader read, Setting setting, List<String> warnings) {
        Path file = file(read, setting, warnings);
        if (file != null) {
            SecretFile.exposed(file).ifPresent(warnings::add);
        }
        return file;
    }

    /** Says something about the value of one setting in {@code config} and {@code doctor}, if the driver is chosen. */
    public void advise(Setting setting, String message, String hint) {
        if (chosen) {
            advice.add(setting + ": " + message + " (hint: " + hint + ")");
        }
    }

    /** Returns a directory of this host for copies, which must not overlap with those of the pipeline. */
    public Path localDirectory(Setting setting) {
        Path directory = Objects.requireNonNull(read.optionalPath(setting));
        if (chosen) {
            DirectoryRules.checkCopies(read, paths, setting, directory);
        }
        return directory;
    }
}
