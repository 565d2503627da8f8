package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.List;
import org.heratio.offsite.broker.Envelope;

/** The remaining work at the broker once the worker and the ledger have finished a message. */
sealed interface Disposition {
    /** Publish, then ack. */
    record Done(List<Envelope> followUps) implements Disposition {}

    /** Put it back for later, then ack. */
    record Again(Envelope envelope, Duration delay) implements Disposition {}

    /** Publish, put it into the dead queue, then ack. */
    record Dead(List<Envelope> followUps, Envelope letter) implements Disposition {}

    /**
     * Publish what the event of another message came to, put the message that came back into its queue, and ack.
     *
     * @param envelope the message that gave its turn away
     * @param other the disposition of the event that was worked on instead, {@link Done} or {@link Dead}
     */
    record GaveTurn(Envelope envelope, Disposition other) implements Disposition {}

    /** Neither ack nor anything else: the stage stops, and the message goes back to its queue. */
    record Leave() implements Disposition {}
}
