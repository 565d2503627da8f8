package org.heratio.offsite.verifier;

import java.util.List;
import java.util.Map;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.GuardedHandler;
import org.heratio.offsite.stage.StageDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The verifier of all destinations, for the shell to run: new copies and sweeps have a queue each, so that a copy that was shipped just now
 * is not proved hours later, after all that a sweep reads.
 */
public final class VerifierStage {
    private static final String NAME = "verifier";

    private VerifierStage() {}

    /**
     * @param prefix {@code BACKUP_OFFSITE_QUEUE_PREFIX}
     * @param concurrency how many new copies are read at once, and how many of a sweep beside them
     * @param destinations those that are configured, by driver
     * @param breakers of the destinations, by driver; the queues are shared, so that work for one that is down is put off and the rest goes on
     * @param asked what is read for whom
     * @param repair {@code BACKUP_OFFSITE_REPAIR}: whether damaged copies are put right without being asked
     */
    public static List<StageDefinition> definitions(
            String prefix,
            int concurrency,
            Ledger ledger,
            Map<String, Destination> destinations,
            Map<String, Breaker> breakers,
            AskedFor asked,
            boolean repair) {
        StageDefinition newCopies = StageDefinition.named(NAME, Topology.verify(prefix), concurrency)
                .on(
                        CopyReplicated.class,
                        new GuardedHandler<>(
                                CheckHandler.ofNewCopies(ledger, destinations, repair, asked),
                                event -> breakers.get(event.driver())))
                .on(
                        VerifyRequested.class,
                        new SweepHandler(
                                ledger.versions(),
                                ledger.proofs(),
                                ledger.requests(),
                                destinations.keySet(),
                                driver -> isOpen(breakers.get(driver)),
                                asked))
                .build();
        StageDefinition sweeps = StageDefinition.named(NAME + ":sweep", Topology.sweep(prefix), concurrency)
                .on(
                        CopyDue.class,
                        new GuardedHandler<>(
                                CheckHandler.ofSweeps(ledger, destinations, repair, asked),
                                event -> breakers.get(event.driver())))
                .build();
        return List.of(newCopies, sweeps);
    }

    private static boolean isOpen(@Nullable Breaker breaker) {
        return breaker != null && breaker.isOpen();
    }
}
