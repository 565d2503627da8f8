package org.heratio.offsite.uploader;

import java.util.List;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Neighbour;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.LedgerView;
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
    private final LedgerView ledger;
    private @Nullable Boolean needsOwnNames;

    Neighbours(Destination destination, Installation self, LedgerView ledger) {
        this.destination = destination;
        this.ledger = ledger;
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
            boolean holdsCopies = others.isEmpty() || ledger.holdsCopies(destination.driver(), "");
            others.forEach(other -> tell(Neighbour.of(other, self, holdsCopies), exclusive));
            needsOwnNames = !exclusive && !others.isEmpty();
        }
        return needsOwnNames;
    }

    private void tell(Neighbour other, boolean exclusive) {
        LOG.warn(
                "driver={}: {}; its copies stay as they are, and {}. HINT: {}",
                destination.driver(),
                other.text(),
                exclusive
                        ? "a copy whose name is taken gets another name"
                        : "each new copy gets the id of this installation in its name",
                other.hint(destination));
    }
}
