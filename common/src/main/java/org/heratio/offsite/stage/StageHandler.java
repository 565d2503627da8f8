package org.heratio.offsite.stage;

import java.util.List;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;

/**
 * The work of a stage on one type of event: plain Java, called on worker threads, several at once. It does the work idempotently
 * and returns what to record; it neither acks nor publishes nor retries.
 */
public interface StageHandler<E extends Event> {
    /**
     * Does the work. A lease on what it records is kept until that is recorded ({@link Outcome#under}).
     *
     * @throws FailureException classified; the shell retries or gives up
     * @throws InterruptedException when the process stops; the message goes back
     */
    Outcome handle(E event, Attempt attempt) throws FailureException, InterruptedException;

    /**
     * Returns the event whose turn it is: the one that came, or another one that waits. In the second case the shell works on the other
     * one, which counts as its first attempt ({@link Attempt#ahead}), and puts the message of this one back into the queue. Whatever is
     * left to do for the other one is left to its own message.
     */
    default E inTurn(E event) throws FailureException {
        return event;
    }

    /** Returns the version or copy for which the ledger records attempts at this event. */
    Subject subject(E event);

    /**
     * The shell has given up on the event (permanent, corrupt or exhausted): records that and says what to publish. The message
     * goes to the dead queue afterwards. The shell logs the failure, which names what it is about; a handler does not log it again.
     */
    List<Event> giveUp(E event, Failure failure) throws FailureException;
}
