package org.heratio.offsite.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How much a process does at once, by stage.
 *
 * @param byStage keys are stages, or {@code uploader:<driver>}
 */
public record Concurrency(Map<String, Integer> byStage) {
    private static final Set<String> STAGES = Set.of("encryptor", "uploader", "verifier");
    private static final String HINT =
            "write a number from 1 to 256, or numbers by stage such as encryptor=1,uploader=4,uploader:s3=8,verifier=2";

    public Concurrency {
        byStage = Map.copyOf(byStage);
    }

    /** Pieces of work at once in a stage; at least 1. */
    public int of(String stage) {
        return byStage.getOrDefault(stage, 1);
    }

    /** Transfers at once to one destination; at least 1. */
    public int uploader(String driver) {
        return byStage.getOrDefault("uploader:" + driver, of("uploader"));
    }

    /**
     * Returns the text that counts when nothing is set. Many hosts allow ten connections of one account over ssh: no number of processors makes
     * a process open more.
     */
    static String defaults(int processors) {
        return "encryptor=" + between(processors / 4, 1, 4)
                + ",uploader=" + between(2 * processors, 2, 4)
                + ",verifier=" + between(processors / 2, 2, 3);
    }

    private static int between(int number, int least, int most) {
        return Math.max(least, Math.min(most, number));
    }

    /** Parses a text; what it does not name comes from {@code defaults}. */
    static Concurrency parse(String text, String defaults, List<String> drivers) throws BadValueException {
        Map<String, Integer> all = new LinkedHashMap<>(entries(defaults, drivers));
        all.putAll(entries(text, drivers));
        return new Concurrency(all);
    }

    private static Map<String, Integer> entries(String text, List<String> drivers) throws BadValueException {
        Map<String, Integer> entries = new LinkedHashMap<>();
        if (!text.contains("=")) {
            int number = number(text.trim());
            STAGES.forEach(stage -> entries.put(stage, number));
            return entries;
        }
        for (String item : Parse.list(text)) {
            String[] parts = item.split("=", 2);
            String stage = parts[0].trim().toLowerCase(Locale.ROOT);
            if (parts.length != 2 || !known(stage, drivers)) {
                throw new BadValueException("\"" + item + "\" names no stage", HINT);
            }
            if (entries.put(stage, number(parts[1].trim())) != null) {
                throw new BadValueException("\"" + item + "\" names " + stage + " once more", HINT);
            }
        }
        return entries;
    }

    private static boolean known(String stage, List<String> drivers) {
        return STAGES.contains(stage)
                || (stage.startsWith("uploader:") && drivers.contains(stage.substring("uploader:".length())));
    }

    private static int number(String text) throws BadValueException {
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 256) {
            throw new BadValueException("\"" + text + "\" is not a number from 1 to 256", HINT);
        }
        return Integer.parseInt(text);
    }
}
