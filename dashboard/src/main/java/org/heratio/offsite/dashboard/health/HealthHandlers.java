package org.heratio.offsite.dashboard.health;

import io.vertx.ext.web.RoutingContext;
import org.heratio.offsite.dashboard.http.Answers;

/** Tells an orchestrator about this process. A destination that is away makes it neither dead nor unready: it waits for it. */
public final class HealthHandlers {
    private final Readiness readiness;

    public HealthHandlers(Readiness readiness) {
        this.readiness = readiness;
    }

    private record Live(String status) {}

    private record Ready(String status, String ledger, String queues) {}

    /** Says that the event loop answers. */
    public void live(RoutingContext context) {
        Answers.json(context, 200, new Live("up"));
    }

    /** Says whether ledger and queues can be used; what is not known cannot. */
    public void ready(RoutingContext context) {
        boolean ledger = readiness.ledger();
        boolean queues = readiness.queues();
        boolean ready = ledger && queues;
        Answers.json(context, ready ? 200 : 503, new Ready(word(ready), word(ledger), word(queues)));
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
