package org.heratio.offsite.broker;

import io.vertx.core.Future;

/** A message in a consumer's hands. Until it is acked it belongs to the broker, which delivers it again if the consumer goes away. */
public interface Delivery {
    Envelope envelope();

    /**
     * Takes the message off the queue. Idempotent. An ack after the consumer lost its connection has no effect, and the
     * message is delivered again: handlers must be able to do the same work twice.
     */
    Future<Void> ack();
}
