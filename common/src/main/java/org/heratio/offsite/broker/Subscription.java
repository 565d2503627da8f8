package org.heratio.offsite.broker;

import io.vertx.core.Future;

/** A running consumer. */
public interface Subscription {
    /** Delivers no more until {@link #resume()}; what is delivered already stays with the consumer. Idempotent. */
    void pause();

    /** Ends a {@link #pause()}. Idempotent. */
    void resume();

    /**
     * Ends the consumer: nothing more is delivered. What is delivered and not acked can still be acked, and goes back to the
     * queue when the broker is closed. Idempotent.
     */
    Future<Void> cancel();
}
