package org.heratio.offsite.dashboard.health;

import java.time.Clock;
import java.time.Duration;
import org.heratio.offsite.dashboard.summary.Facts;
import org.heratio.offsite.dashboard.summary.Snapshots;

/** The readiness of a process with the page: the last snapshot has it. */
public final class SnapshotReadiness implements Readiness {
    private static final Duration FRESH = Duration.ofSeconds(60);

    private final Snapshots snapshots;
    private final Clock clock;

    public SnapshotReadiness(Snapshots snapshots, Clock clock) {
        this.snapshots = snapshots;
        this.clock = clock;
    }

    @Override
    public boolean ledger() {
        return snapshots.current().currentFacts().map(this::isFresh).orElse(false);
    }

    private boolean isFresh(Facts facts) {
        return Duration.between(facts.at(), clock.instant()).compareTo(FRESH) < 0;
    }

    @Override
    public boolean queues() {
        return snapshots.current().broker().up();
    }
}
