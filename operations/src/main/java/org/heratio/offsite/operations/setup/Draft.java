package org.heratio.offsite.operations.setup;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The settings of a file that is not written yet, by the names of their variables. Not thread-safe. */
public final class Draft {
    /** No quotes are needed around these. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@,+%=*~-]+");

    private final Map<String, String> values = new LinkedHashMap<>();

    /** Sets a variable. An empty text takes it back. */
    public void put(String name, String value) {
        if (value.isEmpty()) {
            values.remove(name);
        } else {
            values.put(name, value);
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
