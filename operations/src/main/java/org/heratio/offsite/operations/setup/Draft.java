package org.heratio.offsite.operations.setup;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.SettingType;

/** The settings of a file that is not written yet, by the names of their variables. Not thread-safe. */
public final class Draft {
    /** No quotes are needed around these. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@,+%=*~-]+");

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Path directory;

    /** @param directory of the file that is to be written, from which relative paths count; absolute */
    public Draft(Path directory) {
        this.directory = directory;
    }

    /** Sets a variable, a path as an absolute one: it means the same before the file is there. An empty text takes it back. */
    public void put(String name, String value) {
        if (value.isEmpty()) {
            values.remove(name);
        } else {
            values.put(name, isPath(name) ? absolute(value) : value);
        }
    }

    private static boolean isPath(String name) {
        return Stream.of(Setting.values())
                .anyMatch(setting -> setting.fileName().filter(name::equals).isPresent()
                        || (setting.type() == SettingType.PATH && setting.name().equals(name)));
    }

    /** A path in the home directory stays so; what is no path at all, the settings refuse. */
    private String absolute(String value) {
        try {
            return value.startsWith("~")
                    ? value
                    : directory.resolve(value.strip()).normalize().toString();
        } catch (InvalidPathException e) {
            return value;
        }
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Returns the variables as they are now, in the order in which they were set first. */
    public Map<String, String> values() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Returns the text of the file, in Laravel's syntax. */
    public String text() {
        StringBuilder text = new StringBuilder("# Made by 'offsite init'; docs/settings.md has all settings.\n");
        values.forEach((name, value) ->
                text.append(name).append('=').append(quoted(value)).append('\n'));
        return text.toString();
    }

    private static String quoted(String value) {
        return PLAIN.matcher(value).matches()
                ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$") + '"';
    }
}
