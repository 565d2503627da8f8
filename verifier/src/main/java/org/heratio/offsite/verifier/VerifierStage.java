package org.heratio.offsite.verifier;

import java.time.Clock;
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

/** The verifier of all destinations, for the shell to run. */
public final class VerifierStage {

    private VerifierStage() {}

    /**
     * @param prefix {@code BACKUP_OFFSITE_QUEUE_PREFIX}
     * @param concurrency copies that are read at once
     * @param destinations those that are configured, by driver
     * @param breakers of the destinations, by driver; the queue is shared, so that work for one that is down is put off and the rest goes on
     * @param clock as the ledger's
     * @param repair {@code BACKUP_OFFSITE_REPAIR}: whether damaged copies are put right without being asked
     */
    public static StageDefinition definition(
            String prefix,
            int concurrency,
            Ledger ledger,
            Map<String, Destination> destinations,
            Map<String, Breaker> breakers,
            Clock clock,
            boolean repair) {
        return StageDefinition.named("verifier", Topology.verify(prefix), concurrency)
                .on(
                        CopyReplicated.class,
                        new GuardedHandler<>(
                                CheckHandler.ofNewCopies(ledger, destinations, repair),
                                event -> breakers.get(event.driver())))
                .on(
                        CopyDue.class,
                        new GuardedHandler<>(
                                CheckHandler.ofSweeps(ledger, destinations, repair),
                                event -> breakers.get(event.driver())))
                .on(
                        VerifyRequested.class,
                        new SweepHandler(ledger, destinations.keySet(), driver -> isOpen(breakers.get(driver)), clock))
                .build();
    }

    private static boolean isOpen(@Nullable Breaker breaker) {
        return breaker != null && breaker.isOpen();
    }
}
