package org.heratio.offsite.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.files.Handover;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.Ownership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps files of root out of the state of a service that runs as another user, who could not open them. The service is
 * root's own where the ledger in the state directory is root's. Blocks.
 */
final class StateOwner {
    private static final Logger LOG = LoggerFactory.getLogger(StateOwner.class);

    private static final List<String> LEFT_BY_A_SERVICE = List.of("installation", "ledger");

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

    /** Makes the directory for its owner, if that is not root and it is not there. */
    void make() {
        if (foreign) {
            try {
                Handover.make(state);
            } catch (IOException e) {
                LOG.warn("{} cannot be made for its owner: {}", state, e.toString());
            }
        }
    }

    /**
     * Gives what root has made there meanwhile to the owner of the state: a restore has to be possible as root. Call it
     * as soon as something was made, so that a process that is killed leaves nothing of root's.
     */
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
            if (!Ownership.isRoot()) {
                return false;
            }
            Path there = nearest(state);
            boolean itself = there.equals(state);
            return !Ownership.isOurs(there.toRealPath())
                    && !(itself && isOfAServiceOfRoot(state))
                    && getsFilesOfRoot(there);
        } catch (IOException e) {
            LOG.debug("it is not known whom {} belongs to", state, e);
            return false;
        }
    }

    /** Returns the directory, or the one above it that it would be made in. */
    private static Path nearest(Path state) throws IOException {
        for (Path each = state.toAbsolutePath(); each != null; each = each.getParent()) {
            if (Look.exists(each)) {
                return each;
            }
        }
        return state;
    }

    /** Returns whether root owns the files that every process leaves there. Other files of root do not count. */
    private static boolean isOfAServiceOfRoot(Path state) throws IOException {
        int ofRoot = 0;
        for (String name : LEFT_BY_A_SERVICE) {
            Path file = state.resolve(name);
            if (Look.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                if (!Ownership.isOurs(file)) {
                    return false;
                }
                ofRoot++;
            }
        }
        return ofRoot > 0;
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
            return Files.getOwner(nearest(state)).getName();
        } catch (IOException e) {
            return "another user";
        }
    }
}
