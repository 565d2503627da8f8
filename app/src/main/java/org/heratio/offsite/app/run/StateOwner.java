package org.heratio.offsite.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.files.Handover;
import org.heratio.offsite.files.Ownership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps files of root out of the state of a service that runs as another user: it could not open them, and would end. Blocks. */
final class StateOwner {
    private static final Logger LOG = LoggerFactory.getLogger(StateOwner.class);

    private StateOwner() {}

    /**
     * Refuses to run as root where the state or the spool belongs to another user.
     *
     * @throws ConfigException with the command that says whom to run as
     */
    static void require(Settings settings) throws ConfigException {
        for (Path directory : directories(settings)) {
            if (isForeignToRoot(directory)) {
                String owner = owner(directory);
                throw new ConfigException(List.of(new ConfigProblem(
                        directory + " belongs to " + owner + "; files of root in it would end the service",
                        "run it as that user: sudo -u " + (owner.matches("\\d+") ? "'#" + owner + "'" : owner)
                                + " offsite …")));
            }
        }
    }

    /** Gives what root has made in them to the owners of state and spool: a restore has to be possible as root. */
    static void handBack(Settings settings) {
        for (Path directory : directories(settings)) {
            try {
                if (isForeignToRoot(directory)) {
                    Handover.toOwnerOf(directory);
                }
            } catch (IOException e) {
                LOG.warn("files of root may be left in {}: {}", directory, e.toString());
            }
        }
    }

    private static List<Path> directories(Settings settings) {
        return List.of(settings.paths().state(), settings.paths().spool());
    }

    private static boolean isForeignToRoot(Path directory) {
        try {
            return Ownership.isRoot() && Files.isDirectory(directory) && !Ownership.isOurs(directory.toRealPath());
        } catch (IOException e) {
            LOG.debug("it is not known whom {} belongs to", directory, e);
            return false;
        }
    }

    private static String owner(Path directory) {
        try {
            return Files.getOwner(directory).getName();
        } catch (IOException e) {
            return "another user";
        }
    }
}
