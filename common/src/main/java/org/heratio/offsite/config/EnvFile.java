package org.heratio.offsite.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A {@code .env} file as Laravel reads it: comments, {@code export}, quotes, values of several lines, <code>${NAME}</code>. What
 * Laravel would refuse is a problem here too, with the line's number and without its text.
 *
 * @param values by name, in the order of the file
 * @param problems what cannot be read
 * @param warnings what is read but not well kept
 */
record EnvFile(Map<String, String> values, List<ConfigProblem> problems, List<String> warnings) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]+");
    private static final Set<String> SECRETS = Arrays.stream(Setting.values())
            .filter(setting -> setting.type() == SettingType.SECRET)
            .map(Setting::name)
            .collect(Collectors.toUnmodifiableSet());
    private static final Pattern EXPORT = Pattern.compile("^export\\s+(?=\\S)");

    /**
     * Reads a file.
     *
     * @param environment expands <code>${NAME}</code>, over names earlier in the file
     */
    static EnvFile read(Path file, Environment environment) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return unreadable("there is no env file " + file, "give the path of Heratio's .env to --env-file");
        } catch (IOException e) {
            return unreadable(
                    "the env file " + file + " cannot be read: " + SecretFile.reason(e),
                    "give the user that runs offsite the right to read it");
        }
        EnvFile result;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
            result = parse(text, file.toString(), environment);
        } catch (CharacterCodingException e) {
            return unreadable("the env file " + file + " is not UTF-8", "save it as UTF-8");
        }
        SecretFile.exposed(file).ifPresent(result.warnings::add);
        return result;
    }

    static EnvFile parse(String text, String where, Environment environment) {
        EnvFile result = new EnvFile(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
        EnvText source = new EnvText(text);
        while (source.nextEntry()) {
            int line = source.line();
            try {
                String name = result.entry(source, environment);
                if (source.endedAtHash() && SECRETS.contains(name)) {
                    result.warnings.add(where + ", line " + line + ": the value of " + name
                            + " ends at the #, as in Laravel (hint: if the # belongs to it, put the value in \"\")");
                }
            } catch (BadValueException e) {
                result.problems.add(new ConfigProblem(where + ", line " + line + ": " + e.getMessage(), e.hint()));
                source.skipLine();
            }
        }
        return result;
    }

    /** Takes one entry, and returns its name. */
    private String entry(EnvText source, Environment environment) throws BadValueException {
        String name = EXPORT.matcher(source.name().strip()).replaceFirst("");
        if (name.length() > 2
                && (name.startsWith("\"") || name.startsWith("'"))
                && name.endsWith(name.substring(0, 1))) {
            name = name.substring(1, name.length() - 1);
        }
        if (!NAME.matcher(name).matches()) {
            throw new BadValueException(
                    "no name of a variable before the =",
                    "write NAME=value; begin comments with #; put values of several lines in \"\"");
        }
        if (!source.takeEquals()) {
            values.remove(name);
            return name;
        }
        List<ConfigProblem> unreadable = new ArrayList<>();
        String value = source.value(variable -> {
            Optional.ofNullable(environment.unreadable().get(variable)).ifPresent(unreadable::add);
            return environment.values().getOrDefault(variable, values.get(variable));
        });
        if (!unreadable.isEmpty()) {
            throw new BadValueException(
                    unreadable.get(0).text(), unreadable.get(0).hint());
        }
        values.put(name, value);
        return name;
    }

    private static EnvFile unreadable(String text, String hint) {
        return new EnvFile(Map.of(), List.of(new ConfigProblem(text, hint)), List.of());
    }
}
