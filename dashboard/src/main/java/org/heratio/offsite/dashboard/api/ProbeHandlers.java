package org.heratio.offsite.dashboard.api;

import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;

/** Looks whether a destination would take a copy now. */
public final class ProbeHandlers {
    private final Answers answers;
    private final Map<String, Destination> destinations;
    private final Journal journal;
    private final Probes probes;

    /** @param limit how long a destination may take to answer */
    public ProbeHandlers(
            Vertx vertx, Answers answers, Map<String, Destination> destinations, Journal journal, Duration limit) {
        this.probes = new Probes(vertx, limit);
        this.answers = answers;
        this.destinations = destinations;
        this.journal = journal;
    }

    public void probe(RoutingContext request) {
        String driver = request.pathParam("driver");
        Destination destination = destinations.get(driver);
        if (destination == null) {
            throw ProblemException.notFound("there is no destination of this name");
        }
        String actor = Gate.user(request).actor();
        answers.later(request, () -> {
            journal.append(new JournalEntry(
                    0, 0, "", 0, 0, driver, JournalEntry.Kind.REQUESTED, actor, null, "a probe of the destination"));
            return probes.of(driver, destination);
        });
    }
}
