package org.heratio.offsite.verifier;

import java.util.List;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;

/**
 * Publishes what a process of an earlier build sent to the queue of all destinations again, for the queue of its destination.
 *
 * @param <E> an event whose routing key names its destination
 */
final class ForwardHandler<E extends Event> implements StageHandler<E> {

    @Override
    public Outcome handle(E event, Attempt attempt) {
        return Outcome.done(List.of(event));
    }

    @Override
    public Subject subject(E event) {
        return Subject.NONE;
    }

    /** Returns nothing to publish: the message itself goes to the dead queue. */
    @Override
    public List<Event> giveUp(E event, Failure failure) {
        return List.of();
    }
}
