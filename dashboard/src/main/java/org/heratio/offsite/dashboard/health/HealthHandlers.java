package org.heratio.offsite.dashboard.health;

import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.summary.Facts;
import org.heratio.offsite.dashboard.summary.Snapshot;
import org.heratio.offsite.dashboard.summary.Snapshots;

/** Tells an orchestrator about this process. A destination that is away makes it neither dead nor unready: it waits for it. */
public final class HealthHandlers {
    private static final Duration FRESH = Duration.ofSeconds(60);

    private final Snapshots snapshots;
    private final Clock clock;

    public HealthHandlers(Snapshots snapshots, Clock clock) {
        this.snapshots = snapshots;
        this.clock = clock;
    }

    private record Live(String status) {}

    private record Ready(String status, String ledger, String queues) {}

    /** Says that the event loop answers. */
    public void live(RoutingContext context) {
        Answers.json(context, 200, new Live("up"));
    }

    /** Says whether ledger and queues can be used; what is not known cannot. */
    public void ready(RoutingContext context) {
        Snapshot now = snapshots.current();
        boolean ledger = now.currentFacts().map(this::isFresh).orElse(false);
        boolean queues = now.broker().up();
        boolean ready = ledger && queues;
        Answers.json(context, ready ? 200 : 503, new Ready(word(ready), word(ledger), word(queues)));
    }

    private boolean isFresh(Facts facts) {
        return Duration.between(facts.at(), clock.instant()).compareTo(FRESH) < 0;
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
