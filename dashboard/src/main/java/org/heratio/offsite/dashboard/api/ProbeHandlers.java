package org.heratio.offsite.dashboard.api;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.jspecify.annotations.Nullable;

/** Looks whether a destination would take a copy now. */
public final class ProbeHandlers {
    private final Answers answers;
    private final Map<String, Destination> destinations;
    private final Journal journal;

    public ProbeHandlers(Answers answers, Map<String, Destination> destinations, Journal journal) {
        this.answers = answers;
        this.destinations = destinations;
        this.journal = journal;
    }

    private record Probed(boolean ok, List<Finding> findings, long tookMillis) {}

    private record Finding(
            String level, String text, @Nullable String hint) {}

    public void probe(RoutingContext request) {
        String driver = request.pathParam("driver");
        Destination destination = destinations.get(driver);
        if (destination == null) {
            throw ProblemException.notFound("there is no destination of this name");
        }
        String actor = Gate.user(request).actor();
        answers.from(request, () -> {
            journal.append(new JournalEntry(
                    0, 0, "", 0, 0, driver, JournalEntry.Kind.REQUESTED, actor, null, "a probe of the destination"));
            return probe(destination);
        });
    }

    private static Probed probe(Destination destination) throws InterruptedException {
        long begun = System.nanoTime();
        Finding finding;
        try {
            destination.probe();
            finding = destination.capabilities().protects()
                    ? new Finding("ok", "It takes copies", null)
                    : new Finding(
                            "warning",
                            "It takes copies, but gives no protection against the loss of this host",
                            "use s3 or rsync, or mount a disk of another place there");
        } catch (FailureException e) {
            finding = new Finding("error", e.failure().reason(), e.failure().hint());
        }
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        return new Probed(!finding.level().equals("error"), List.of(finding), took);
    }
}
