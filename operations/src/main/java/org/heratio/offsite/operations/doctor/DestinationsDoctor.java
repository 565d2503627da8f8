package org.heratio.offsite.operations.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Neighbour;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.process.ProcessIdentity;

/** Examines destinations, and who else ships there. Blocks. */
final class DestinationsDoctor {
    private final Examined examined;
    private final Ledger ledger;
    private final Installation self;

    DestinationsDoctor(Examined examined, Ledger ledger, Path backups) {
        this.examined = examined;
        this.ledger = ledger;
        this.self = Installation.of(ledger.installationId(), ProcessIdentity.hostName(), backups);
    }

    /** Returns the findings about one destination. Its failure is one of them. */
    List<Finding> examine(Destination destination) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        try {
            examine(destination, findings);
        } catch (FailureException e) {
            findings.add(Finding.fail(
                    "destination " + destination.driver() + ": " + e.failure().reason(),
                    e.failure().hint()));
        }
        return findings;
    }

    private void examine(Destination destination, List<Finding> findings)
            throws FailureException, InterruptedException {
        String driver = destination.driver();
        boolean faulty = false;
        for (Finding found : examined.destination(driver)) {
            findings.add(found.of(driver + ":"));
            faulty |= found.level() == Finding.Level.FAIL;
        }
        if (faulty) {
            return;
        }
        destination.probe();
        for (Installation other : destination.installations()) {
            if (!other.id().equals(self.id())) {
                findings.add(neighbour(destination, other));
            }
        }
        findings.add(
                destination.capabilities().protects()
                        ? Finding.ok("destination " + driver + " takes copies")
                        : Finding.warn(
                                "destination " + driver
                                        + " takes copies, but gives no protection against the loss of this host",
                                "use s3 or rsync, or mount a disk of another place there"));
    }

    private Finding neighbour(Destination destination, Installation other) throws FailureException {
        boolean holdsCopies = ledger.view().holdsCopies(destination.driver(), "");
        Neighbour neighbour = Neighbour.of(other, self, holdsCopies);
        String text = "destination " + destination.driver() + ": " + neighbour.text();
        return neighbour.kind() == Neighbour.Kind.LOST_LEDGER
                ? Finding.fail(text, neighbour.hint(destination))
                : Finding.warn(text, neighbour.hint(destination));
    }
}
