package org.heratio.offsite.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.files.Handover;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.Ownership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps files of root out of the state of a service that runs as another user, who could not open them. Where root
 * works itself, its files are there already, or {@code serve} runs as root. Blocks.
 */
final class StateOwner {
    private static final Logger LOG = LoggerFactory.getLogger(StateOwner.class);

    private final Path state;
    private final boolean foreign;

    private StateOwner(Path state) {
        this.state = state;
        this.foreign = isForeign(state);
    }

    /** Looks at whom the state directory belongs to, before anything is made in it. */
    static StateOwner of(Settings settings) {
        return new StateOwner(settings.paths().state());
    }

    /**
     * Refuses to run as root where the state belongs to another user.
     *
     * @throws ConfigException with the command that says whom to run as
     */
    void requireOurs() throws ConfigException {
        if (foreign) {
            String owner = owner();
            throw new ConfigException(List.of(new ConfigProblem(
                    state + " belongs to " + owner + ", and the service could not open files that root creates there",
                    "run it as that user: sudo -u " + (owner.matches("\\d+") ? "'#" + owner + "'" : owner)
                            + " offsite …")));
        }
    }

    /** Gives what root has made there meanwhile to the owner of the state: a restore has to be possible as root. */
    void handBack() {
        if (foreign) {
            try {
                Handover.toOwnerOf(state, started());
            } catch (IOException e) {
                LOG.warn("files of root may be left in {}: {}", state, e.toString());
            }
        }
    }

    /** A little before, since file systems keep coarse times. */
    private static Instant started() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .orElseGet(Instant::now)
                .minusSeconds(2);
    }

    private static boolean isForeign(Path state) {
        try {
            return Ownership.isRoot()
                    && Look.exists(state)
                    && !Ownership.isOurs(state.toRealPath())
                    && !holdsFilesOfRoot(state)
                    && getsFilesOfRoot(state);
        } catch (IOException e) {
            LOG.debug("it is not known whom {} belongs to", state, e);
            return false;
        }
    }

    private static boolean holdsFilesOfRoot(Path state) throws IOException {
        try (Stream<Path> entries = Files.list(state)) {
            for (Path each : entries.toList()) {
                if (!each.endsWith("lost+found") && Ownership.isOurs(each)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Some network mounts give each file to one user, whoever makes it. */
    private static boolean getsFilesOfRoot(Path state) throws IOException {
        Path probe = Files.createTempFile(state, ".offsite-owner-", "");
        try {
            return Ownership.isOurs(probe);
        } finally {
            Files.delete(probe);
        }
    }

    private String owner() {
        try {
            return Files.getOwner(state).getName();
        } catch (IOException e) {
            return "another user";
        }
    }
}
