package org.heratio.offsite.config;

/** The form of a setting's value. */
public enum SettingType {
    TEXT("text"),
    /** Relative ones count from the directory of the env file, which is Laravel's root, else from the working directory. */
    PATH("path"),
    BOOLEAN("`true` or `false`"),
    NUMBER("number"),
    PORT("port"),
    DURATION("duration"),
    AGE("duration or `off`"),
    BUDGET("bytes or percent"),
    BANDWIDTH("rate or timetable"),
    CHOICE("choice"),
    LIST("list"),
    ARGUMENTS("arguments"),
    CRON("cron or `off`"),
    ZONE("time zone"),
    URL("URL"),
    /** May hold a password, which is masked; can come from a file. */
    SECRET_URL("URL"),
    /** Never shown; can come from a file. */
    SECRET("secret");

    private final String label;

    SettingType(String label) {
        this.label = label;
    }

    /** For documents. */
    public String label() {
        return label;
    }

    /** Returns whether {@code <NAME>_FILE} may hold the value instead, and no message may show it. */
    public boolean sensitive() {
        return this == SECRET || this == SECRET_URL;
    }
}
