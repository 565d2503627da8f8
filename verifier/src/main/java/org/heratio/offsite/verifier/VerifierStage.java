package org.heratio.offsite.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * The verifiers of all destinations, for the shell to run. Each destination has two: one for new copies, and one for sweeps. A copy that was
 * shipped just now is not proved hours later, after all that a sweep reads, and a slow destination holds up no other.
 */
public final class VerifierStage {
    private static final String NAME = "verifier";
    private static final String SWEEP = ":sweep";

    private VerifierStage() {}

    /**
     * @param prefix {@code BACKUP_OFFSITE_QUEUE_PREFIX}
     * @param concurrency how many new copies are read at once at each destination, and how many of a sweep beside them
     * @param destinations those that are configured, by driver
     * @param breakers of the destinations, by driver; work for one that is down is put off
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
        List<StageDefinition> all = new ArrayList<>();
        for (Map.Entry<String, Destination> each : new TreeMap<>(destinations).entrySet()) {
            String driver = each.getKey();
            all.addAll(ofDestination(
                    prefix,
                    driver,
                    concurrency,
                    CheckHandler.ofNewCopies(ledger, each.getValue(), repair, asked),
                    CheckHandler.ofSweeps(ledger, each.getValue(), repair, asked),
                    breakers.get(driver)));
        }
        SweepHandler sweeps = new SweepHandler(
                ledger.versions(),
                ledger.proofs(),
                ledger.requests(),
                destinations.keySet(),
                driver -> isOpen(breakers.get(driver)),
                asked);
        all.addAll(ofAllDestinations(prefix, sweeps));
        return List.copyOf(all);
    }

    private static List<StageDefinition> ofDestination(
            String prefix,
            String driver,
            int concurrency,
            CheckHandler<CopyReplicated> newCopies,
            CheckHandler<CopyDue> sweeps,
            @Nullable Breaker breaker) {
        String name = NAME + ":" + driver;
        return List.of(
                StageDefinition.named(name, Topology.verify(prefix, driver), concurrency)
                        .on(CopyReplicated.class, new GuardedHandler<>(newCopies, event -> breaker))
                        .build(),
                StageDefinition.named(name + SWEEP, Topology.sweep(prefix, driver), concurrency)
                        .on(CopyDue.class, new GuardedHandler<>(sweeps, event -> breaker))
                        .build());
    }

    /** The queues that no destination has for itself. What is done there reads no copy. */
    private static List<StageDefinition> ofAllDestinations(String prefix, SweepHandler sweeps) {
        return List.of(
                StageDefinition.named(NAME, Topology.verify(prefix), 1)
                        .on(VerifyRequested.class, sweeps)
                        .on(CopyReplicated.class, new ForwardHandler<>())
                        .build(),
                StageDefinition.named(NAME + SWEEP, Topology.sweep(prefix), 1)
                        .on(CopyDue.class, new ForwardHandler<>())
                        .build());
    }

    private static boolean isOpen(@Nullable Breaker breaker) {
        return breaker != null && breaker.isOpen();
    }
}
