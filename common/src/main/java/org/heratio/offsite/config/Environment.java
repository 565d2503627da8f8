package org.heratio.offsite.config;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.process.StartBytes;
import org.heratio.offsite.text.SystemText;

/**
 * The variables of a process, decoded as UTF-8 from the bytes that it was started with (ADR 61).
 *
 * @param values by name
 * @param unreadable by name, those whose values are not known as they were typed; none of them is among the values
 */
record Environment(Map<String, String> values, Map<String, ConfigProblem> unreadable) {
    Environment {
        values = Map.copyOf(values);
        unreadable = Map.copyOf(unreadable);
    }

    /** Takes values that are known as they are. */
    static Environment of(Map<String, String> values) {
        return new Environment(values, Map.of());
    }

    /** Decodes {@code NAME=value} entries; the first of a name counts, as for the JVM. */
    static Environment ofBytes(List<byte[]> entries) {
        Map<String, String> values = new HashMap<>();
        Map<String, ConfigProblem> unreadable = new HashMap<>();
        for (byte[] entry : entries) {
            int equals = indexOfEquals(entry);
            String name = new String(entry, 0, Math.max(equals, 0), StandardCharsets.UTF_8);
            if (name.isEmpty() || values.containsKey(name) || unreadable.containsKey(name)) {
                continue;
            }
            try {
                values.put(name, StartBytes.utf8(Arrays.copyOfRange(entry, equals + 1, entry.length)));
            } catch (CharacterCodingException e) {
                unreadable.put(
                        name,
                        new ConfigProblem(
                                name + " (environment) is not UTF-8", "set it in UTF-8; nothing guesses its letters"));
            }
        }
        return new Environment(values, unreadable);
    }

    /** Takes the values that the JVM decoded, where nothing shows the bytes: those are refused that it may have changed. */
    static Environment ofJvm(Map<String, String> decoded) {
        Map<String, String> values = new HashMap<>();
        Map<String, ConfigProblem> unreadable = new HashMap<>();
        decoded.forEach((name, value) -> {
            if (SystemText.mayBeAsTyped(value)) {
                values.put(name, value);
            } else {
                unreadable.put(
                        name,
                        new ConfigProblem(
                                name
                                        + " (environment) has letters other than ASCII, which this locale does not let through",
                                SystemText.HINT + hintOfFile(name)));
            }
        });
        return new Environment(values, unreadable);
    }

    private static String hintOfFile(String name) {
        return Arrays.stream(Setting.values())
                .filter(setting -> setting.name().equals(name))
                .flatMap(setting -> setting.fileName().stream())
                .map(file -> ", or put the value into a file and name it in " + file)
                .findFirst()
                .orElse("");
    }

    private static int indexOfEquals(byte[] entry) {
        for (int at = 0; at < entry.length; at++) {
            if (entry[at] == '=') {
                return at;
            }
        }
        return -1;
    }
}
