package org.heratio.offsite.app.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.operations.setup.Draft;
import org.heratio.offsite.operations.setup.SettingsFile;
import org.jspecify.annotations.Nullable;

/** The files that {@code offsite init} writes: the settings, and beside them a file for each secret. All of them, or none. */
final class FirstFiles {
    private final Path target;
    private final Draft draft;
    private final List<Path> made = new ArrayList<>();

    /**
     * @param target the settings file, absolute
     * @param draft what it gets; secrets are replaced by the names of their files
     */
    FirstFiles(Path target, Draft draft) {
        this.target = target;
        this.draft = draft;
    }

    /**
     * Writes the files.
     *
     * @param passphrase that gets a file, or null for none
     * @param typed the names of secrets in the draft that get files
     * @return the file of the passphrase, if it got one
     */
    Optional<Path> write(@Nullable String passphrase, Set<String> typed) throws IOException {
        boolean done = false;
        try {
            for (String name : typed) {
                Optional<String> secret = draft.get(name);
                if (secret.isPresent()) {
                    draft.put(name, "");
                    Path file = secret(fileName(name), secret.get());
                    draft.put(name + Setting.FILE_SUFFIX, file.toString());
                }
            }
            Optional<Path> ofPassphrase =
                    passphrase == null ? Optional.empty() : Optional.of(secret("passphrase", passphrase));
            ofPassphrase.ifPresent(
                    file -> draft.put(Setting.BACKUP_ENCRYPTION_PASSPHRASE + Setting.FILE_SUFFIX, file.toString()));
            SettingsFile settings = new SettingsFile(target);
            if (Look.exists(target)) {
                settings.replace(draft.text());
            } else {
                settings.create(draft.text(), target);
            }
            done = true;
            return ofPassphrase;
        } finally {
            if (!done) {
                for (Path file : made) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Returns the name that a secret's file gets, such as {@code sftp-password}. */
    private static String fileName(String name) {
        return name.replaceFirst("^BACKUP_OFFSITE_", "")
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    /** Writes a secret under the first name that is free: what is there may be needed to open copies. */
    private Path secret(String name, String text) throws IOException {
        for (int number = 1; ; number++) {
            Path file = target.resolveSibling(number == 1 ? name : name + "-" + number);
            try {
                new SettingsFile(file).create(text + "\n", target);
                made.add(file);
                return file;
            } catch (FileAlreadyExistsException e) {
                // the next one
            }
        }
    }
}
