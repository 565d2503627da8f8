package org.heratio.offsite.uploader;

import java.util.List;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other installations that ship to a destination. They are looked up once, before the first put of this process, after this
 * installation announced itself: of two that come at the same time, at least one sees the other.
 */
final class Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

    private final Destination destination;
    private final Installation self;
    private @Nullable Boolean needsOwnNames;

    Neighbours(Destination destination, Installation self) {
        this.destination = destination;
        this.self = self;
    }

    String installation() {
        return self.id();
    }

    /**
     * Announces this installation at the first call. Blocks; a failure leaves the next call to try again.
     *
     * @return whether names must have this installation's id in them, since another installation ships here too and the destination cannot
     *     give a name to one of two puts alone
     */
    synchronized boolean needOwnNames() throws FailureException, InterruptedException {
        if (needsOwnNames == null) {
            boolean exclusive = destination.announce(self);
            List<Installation> others = destination.installations().stream()
                    .filter(installation -> !installation.id().equals(self.id()))
                    .toList();
            others.forEach(other -> tell(other, exclusive));
            needsOwnNames = !exclusive && !others.isEmpty();
        }
        return needsOwnNames;
    }

    private void tell(Installation other, boolean exclusive) {
        LOG.warn(
                "another installation, {}, ships to driver={} too; its copies stay as they are, and {}. HINT: give each installation a"
                        + " directory or prefix of its own; if that one no longer exists, delete {}",
                other.shown(),
                destination.driver(),
                exclusive
                        ? "a copy whose name is taken gets another name"
                        : "each new copy gets the id of this installation in its name",
                destination.remotePath(other.file()));
    }
}
