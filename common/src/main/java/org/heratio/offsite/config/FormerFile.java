package org.heratio.offsite.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file of former passphrases, one a line. They are for reading only, so that a line may be tried in more than one form. */
final class FormerFile {
    private static final Setting SETTING = Setting.BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE;
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private FormerFile() {}

    /**
     * Returns the passphrases in the order in which they are tried. Notes what cannot be read, and what may not be meant.
     *
     * @param file null for none
     */
    static List<Secret> read(SettingsReader read, @Nullable Path file, List<String> warnings, List<String> advice) {
        if (file == null) {
            return List.of();
        }
        List<String> lines;
        try {
            lines = SecretFile.lines(file);
            SecretFile.exposed(file).ifPresent(warnings::add);
        } catch (BadValueException e) {
            read.problem(SETTING, String.valueOf(e.getMessage()), e.hint());
            return List.of();
        }
        Set<String> forms = new LinkedHashSet<>();
        List<Integer> padded = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            forms.addAll(forms(lines.get(i)));
            String line = withoutEnds(lines.get(i));
            if (!line.isBlank() && !line.equals(line.strip())) {
                padded.add(i + 1);
            }
        }
        if (forms.isEmpty()) {
            advice.add(
                    SETTING + ": " + file
                            + " has no passphrase in it (hint: write the former passphrases into it, one per line, or do not set it)");
        }
        if (!padded.isEmpty()) {
            advice.add(SETTING + ": a blank at the beginning or end belongs to the passphrase: line " + padded.get(0)
                    + " of " + file + " has one (hint: delete it if it is none of the passphrase's)");
        }
        return forms.stream().map(Secret::new).toList();
    }

    /** A byte order mark and a carriage return may be of the editor, or of the passphrase. */
    private static List<String> forms(String line) {
        String withoutReturn = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        return List.of(withoutEnds(line), withoutMark(line), withoutReturn, line).stream()
                .filter(form -> !withoutMark(form).isBlank())
                .toList();
    }

    private static String withoutEnds(String line) {
        String text = withoutMark(line);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static String withoutMark(String line) {
        return line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
    }
}
