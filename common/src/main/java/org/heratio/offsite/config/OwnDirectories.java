package org.heratio.offsite.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;

/** The directories that a process has by its environment, where no setting names them. */
final class OwnDirectories {
    private static final Path OF_A_SERVICE = Path.of("/var/lib/heratio-offsite");
    private static final List<String> NAMES = List.of("STATE_DIRECTORY", "XDG_STATE_HOME", "HOME");

    private final Environment environment;

    OwnDirectories(Environment environment) {
        this.environment = environment;
    }

    /** Returns the home directory, or null when there is none that can be used. */
    @Nullable
    Path home() {
        String home = value("HOME");
        return home.startsWith("/") && home.length() > 1 && SystemText.opens(home) ? Path.of(home) : null;
    }

    /** Returns where the state lies: systemd names it; whoever has no home is a service; all others have theirs where XDG says. */
    Path state() {
        if (problem().isPresent()) {
            return OF_A_SERVICE;
        }
        String systemd = value("STATE_DIRECTORY");
        if (systemd.startsWith("/")) {
            return Path.of(systemd.split(":", 2)[0]);
        }
        String xdg = value("XDG_STATE_HOME");
        if (xdg.startsWith("/")) {
            return Path.of(xdg, "heratio-offsite");
        }
        Path home = home();
        return home == null ? OF_A_SERVICE : home.resolve(".local/state/heratio-offsite");
    }

    /** Returns why the state's directory is not known: another one would hold another ledger. */
    Optional<ConfigProblem> problem() {
        for (String name : NAMES) {
            ConfigProblem unreadable = environment.unreadable().get(name);
            if (unreadable != null) {
                return Optional.of(unreadable);
            }
            String text = value(name);
            if (!SystemText.opens(text)) {
                return Optional.of(new ConfigProblem(
                        name + " (environment) has letters other than ASCII, and file names are read as "
                                + SystemText.charsetOfNames() + " here",
                        SystemText.HINT + ", or set BACKUP_OFFSITE_STATE_DIR"));
            }
            if (text.startsWith("/")) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private String value(String name) {
        return environment.values().getOrDefault(name, "");
    }
}
