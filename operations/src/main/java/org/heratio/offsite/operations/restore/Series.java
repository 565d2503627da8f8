package org.heratio.offsite.operations.restore;

import java.util.regex.Pattern;

/**
 * The archives of one kind: their names differ only by the time that is in them. Heratio writes
 * {@code <component>_<database>_<YYYY-MM-DD_HHMMSS>.sql.gz}, and its cron {@code heratio-<database>-<time>.sql.gz}.
 */
final class Series {
    private static final Pattern TIME =
            Pattern.compile("[-_.]?(?<!\\d)\\d{4}-?\\d{2}-?\\d{2}([-_T.]?\\d{2}[-:]?\\d{2}([-:]?\\d{2})?)?Z?(?!\\d)");

    private Series() {}

    /** Returns the name of the series of a file, with the ending of the file. */
    static String of(String fileName) {
        return TIME.matcher(fileName).replaceFirst("");
    }

    /** Returns whether the component is the whole name of the series, with or without its ending. */
    static boolean isNamed(String component, String fileName) {
        String series = of(fileName);
        return series.equals(component) || series.startsWith(component + ".");
    }

    /** Returns whether a file is of a component, such as {@code database}, or {@code database_heratio} for one of several databases. */
    static boolean isOf(String component, String fileName) {
        String series = of(fileName);
        return series.startsWith(component)
                && (series.length() == component.length() || "-_.".indexOf(series.charAt(component.length())) >= 0);
    }
}
