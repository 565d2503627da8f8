package org.heratio.offsite.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.testing.KnownDrivers;

/** Loads settings from pairs of names and texts, with a home directory and nothing else. */
final class SettingsFixture {
    static final Path HOME = Path.of("/home/op");
    static final Path WORK = Path.of("/srv/heratio");

    private SettingsFixture() {}

    static Map<String, String> environment(String... namesAndTexts) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", HOME.toString());
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            environment.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return environment;
    }

    static Settings load(String... namesAndTexts) throws ConfigException {
        return KnownDrivers.settings(environment(namesAndTexts), WORK).load(null);
    }

    /** The problems, one text with its hint each; empty when there are none. */
    static List<String> problems(String... namesAndTexts) {
        try {
            load(namesAndTexts);
            return List.of();
        } catch (ConfigException e) {
            List<String> texts = new ArrayList<>();
            e.problems().forEach(problem -> texts.add(problem.toString()));
            return texts;
        }
    }
}
