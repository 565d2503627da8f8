package org.heratio.offsite.verifier;

import java.util.Map;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.stage.StageDefinition;

/** The verifier of all destinations, for the shell to run. */
public final class VerifierStage {

    private VerifierStage() {}

    /**
     * @param prefix {@code BACKUP_OFFSITE_QUEUE_PREFIX}
     * @param concurrency copies that are read at once
     * @param destinations those that are configured, by driver
     * @param repair {@code BACKUP_OFFSITE_REPAIR}: whether damaged copies are put right without being asked
     */
    public static StageDefinition definition(
            String prefix, int concurrency, Ledger ledger, Map<String, Destination> destinations, boolean repair) {
        return StageDefinition.named("verifier", Topology.verify(prefix), concurrency)
                .on(CopyReplicated.class, CheckHandler.ofNewCopies(ledger, destinations, repair))
                .on(CopyDue.class, CheckHandler.ofSweeps(ledger, destinations, repair))
                .on(VerifyRequested.class, new SweepHandler(ledger, destinations.keySet()))
                .build();
    }
}
