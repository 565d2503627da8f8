package org.heratio.offsite.operations.request;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.RequestOptions;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.stage.EventPublisher;

/** Opens requests, and follows each to its end. Blocks. */
public final class RequestService {
    private final Requests requests;
    private final EventPublisher publisher;
    private final EventFeed feed;
    private final Clock clock;

    public RequestService(Requests requests, EventPublisher publisher, EventFeed feed, Clock clock) {
        this.requests = requests;
        this.publisher = publisher;
        this.feed = feed;
        this.clock = clock;
    }

    /**
     * The order for a request.
     *
     * @param kind for the ledger
     * @param checks whether it is a sweep
     * @param repairing whether damaged copies are being repaired meanwhile
     * @param patience how long passing failures may last
     * @param event makes the event that asks, from the id of the request
     */
    public record Order(
            String kind, boolean checks, boolean repairing, Duration patience, Function<String, Event> event) {}

    /** Sees how a request gets on. */
    public interface Listener extends RequestFollower.Listener {
        /** Receives the progress that a worker reports, on an event loop. It may be about another request. */
        void progress(WorkProgress progress);
    }

    /**
     * Blocks until the request has ended.
     *
     * @param stopped set when the process is asked to stop
     * @throws ConfigException from {@link Workforce#start}
     */
    public RequestFollower.Result run(Order order, Workforce workers, Listener listener, AtomicBoolean stopped)
            throws FailureException, ConfigException, InterruptedException {
        RequestFollower follower = new RequestFollower(requests, clock, order.patience(), order.repairing(), stopped);
        try (EventFeed.Listening progress = feed.listen("work.progress", WorkProgress.class, event -> {
            follower.progressed(event.versionId());
            listener.progress(event);
        })) {
            String requestId = UUID.randomUUID().toString();
            Event event = order.event().apply(requestId);
            requests.open(requestId, order.kind(), options(event));
            try {
                workers.start();
                publisher.publish(List.of(event));
                return follower.follow(requestId, order.checks(), listener, workers::look);
            } finally {
                workers.stop();
            }
        }
    }

    private static RequestOptions options(Event event) {
        return event instanceof ScanRequested scan
                ? new RequestOptions(scan.force(), scan.plain())
                : RequestOptions.NONE;
    }
}
