package org.heratio.offsite.app.cli;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.process.StartBytes;
import org.heratio.offsite.text.SystemText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The arguments of the command, decoded as UTF-8 from the bytes that they were typed in (ADR 61). */
final class Arguments {
    private Arguments() {}

    /**
     * Returns the arguments as they were typed.
     *
     * @param decoded by the JVM, from the locale's charset
     * @throws ConfigException when one of them is not UTF-8, or the locale changed it and nothing shows its bytes
     */
    static String[] ofThisProcess(String[] decoded) throws ConfigException {
        if (Arrays.stream(decoded).allMatch(SystemText::isAscii)) {
            return decoded;
        }
        return of(decoded, StartBytes.commandLine());
    }

    /** @param commandLine that of the JVM, which ends with the arguments of the command */
    static String[] of(String[] decoded, Optional<List<byte[]>> commandLine) throws ConfigException {
        Optional<List<byte[]>> raw = commandLine
                .filter(words -> words.size() >= decoded.length)
                .map(words -> words.subList(words.size() - decoded.length, words.size()))
                .filter(words -> isSame(decoded, words));
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < decoded.length; i++) {
            arguments.add(raw.isPresent() ? utf8(raw.get().get(i), i + 1) : unchanged(decoded[i], i + 1));
        }
        return arguments.toArray(String[]::new);
    }

    /** Compares what every charset decodes alike. */
    private static boolean isSame(String[] decoded, List<byte[]> raw) {
        for (int i = 0; i < decoded.length; i++) {
            String text = new String(raw.get(i), StandardCharsets.ISO_8859_1);
            boolean same = SystemText.isAscii(text) ? text.equals(decoded[i]) : !SystemText.isAscii(decoded[i]);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static String utf8(byte[] argument, int number) throws ConfigException {
        try {
            return StartBytes.utf8(argument);
        } catch (CharacterCodingException e) {
            throw refused("argument " + number + " is not UTF-8", "give it in UTF-8");
        }
    }

    private static String unchanged(String decoded, int number) throws ConfigException {
        if (!SystemText.mayBeAsTyped(decoded)) {
            throw refused(
                    "argument " + number + " has letters other than ASCII, which this locale does not let through",
                    SystemText.HINT);
        }
        return decoded;
    }

    private static ConfigException refused(String text, String hint) {
        return new ConfigException(List.of(new ConfigProblem(text, hint)));
    }

    /** The name of a file that this JVM can open. */
    static final class FileNameConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!SystemText.opens(text)) {
                throw new TypeConversionException(
                        "'" + text + "' has letters other than ASCII, and file names are read as "
                                + SystemText.charsetOfNames() + " here (hint: " + SystemText.HINT + ")");
            }
            return text;
        }
    }
}
