package org.heratio.offsite.stage;

import java.util.List;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.FailureException;

/** Publishes events and waits until the broker has them. Called on worker threads only. */
@FunctionalInterface
public interface EventPublisher {
    void publish(List<? extends Event> events) throws FailureException, InterruptedException;
}
