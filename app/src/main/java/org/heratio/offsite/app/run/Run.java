package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.RequestOptions;

/** One run for one request: asks, and follows to the end. A running pipeline does the work, or else stages that are started here for it. */
public final class Run {
    private final Node node;
    private final StageSelection selection;
    private final Duration patience;
    private final StopSignal stop;
    private boolean mayBeClear;

    /** @param patience how long passing troubles may last */
    public Run(Node node, StageSelection selection, Duration patience, StopSignal stop) {
        this.node = node;
        this.selection = selection;
        this.patience = patience;
        this.stop = stop;
    }

    /** The same run, in which it was asked for that nothing is encrypted. */
    public Run inClear(boolean asked) {
        this.mayBeClear = asked;
        return this;
    }

    /** What listens to a run. */
    public interface Listener extends RequestFollower.Listener {
        /** A worker has reported progress; called on an event loop. */
        void progress(WorkProgress progress);
    }

    /**
     * Blocks until the request has come to its end.
     *
     * @param kind for the ledger
     * @param checks whether it is a sweep
     * @param ask makes the event that asks, from the id of the request
     * @throws ConfigException when archives would be shipped in clear though nobody said so
     */
    public RequestFollower.Result execute(String kind, boolean checks, Function<String, Event> ask, Listener listener)
            throws FailureException, ConfigException, InterruptedException {
        boolean repairing = node.settings().repair() == Settings.Repair.AUTO && selection.encryptor();
        RequestFollower follower =
                new RequestFollower(node.ledger().requests(), node.clock(), patience, repairing, stop.flag());
        node.listen("work.progress", WorkProgress.class, progress -> {
            follower.progressed(progress.versionId());
            listener.progress(progress);
        });
        String requestId = UUID.randomUUID().toString();
        Event event = ask.apply(requestId);
        node.ledger().requests().open(requestId, kind, asked(event));
        Workers workers = new Workers(node, selection, node.policy().withinRunOf(patience), patience, mayBeClear);
        try {
            workers.start();
            node.publish(event);
            return follower.follow(requestId, checks, listener, workers::look);
        } finally {
            workers.stop(stop.flag().get() ? node.settings().drainTimeout() : Duration.ofSeconds(5));
        }
    }

    private static RequestOptions asked(Event event) {
        return event instanceof ScanRequested scan
                ? new RequestOptions(scan.force(), scan.plain())
                : new RequestOptions(false, false);
    }
}
