package org.heratio.offsite.config;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The table of settings in {@code docs/settings.md}, made from the registry. */
public final class SettingsTable {
    private SettingsTable() {}

    /** Markdown, with a newline at the end. */
    public static String markdown() {
        return Arrays.stream(Setting.values())
                .map(SettingsTable::row)
                .collect(Collectors.joining("\n", "| name | what | type | default |\n|---|---|---|---|\n", "\n"));
    }

    private static String row(Setting setting) {
        String name = "`" + setting.name() + "`"
                + setting.fileName().map(file -> ", `…_FILE`").orElse("");
        return "| " + name + " | " + setting.description() + " | "
                + setting.type().label() + " | " + (setting.defaultNote().isEmpty() ? "none" : setting.defaultNote())
                + " |";
    }
}
