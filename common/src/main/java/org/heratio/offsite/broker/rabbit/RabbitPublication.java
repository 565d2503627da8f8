package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Promise;
import org.heratio.offsite.broker.Envelope;

/** A message that its sender waits to have confirmed. Guarded by the publisher. */
final class RabbitPublication {
    final String exchange;
    final String routingKey;
    final Envelope envelope;
    final Promise<Void> promise = Promise.promise();
    final long since = System.nanoTime();
    long sentAt;

    RabbitPublication(String exchange, String routingKey, Envelope envelope) {
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.envelope = envelope;
    }
}
