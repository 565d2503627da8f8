package org.heratio.offsite.config;

import java.util.List;

/**
 * The values in force, for {@code offsite config}.
 */
public final class Effective {
    private final SettingValues values;
    private final List<Entry> entries;

    /**
     * One setting.
     *
     * @param value the text in force, secrets masked; empty when there is none
     */
    public record Entry(Setting setting, String value, Origin origin) {}

    Effective(SettingValues values, List<Entry> entries) {
        this.values = values;
        this.entries = List.copyOf(entries);
    }

    SettingValues values() {
        return values;
    }

    /** One for each setting, in the order of the registry. */
    public List<Entry> entries() {
        return entries;
    }

    /** Lines {@code NAME=value  # origin}, which an env file would take, but for the secrets. */
    public List<String> lines() {
        return entries.stream()
                .map(entry -> entry.setting().name() + "=" + quoted(entry.value()) + "  # " + entry.origin())
                .toList();
    }

    private static String quoted(String value) {
        return value.matches("[^\\s\"'#$\\\\]*") ? value : "\"" + value.replaceAll("([\"\\\\$])", "\\\\$1") + "\"";
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
