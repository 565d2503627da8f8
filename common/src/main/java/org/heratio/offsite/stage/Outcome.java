package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.List;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The result of handling an event. A failure is thrown as {@link FailureException} instead. The shell closes it when it has
 * been recorded, or never will be.
 */
public sealed interface Outcome extends AutoCloseable {
    /** The time before an attempt in which a message for it is never dropped. */
    Duration SHORTLY = Duration.ofSeconds(30);

    /**
     * The work is done: the shell records it, publishes what the step returns, and acks. The step is repeated until the ledger takes it.
     *
     * @param worked false where the event found nothing to do, which says nothing of the destination
     * @param lease kept until then, or null
     */
    record Done(LedgerStep step, boolean worked, @Nullable Lease lease) implements Outcome {
        @Override
        public void close() {
            if (lease != null) {
                lease.close();
            }
        }
    }

    /**
     * Nothing could be done now, for no fault of anyone's (another process has the lease, the spool has no room): again later, without
     * counting an attempt.
     *
     * @param obstacle what a person should know that waits for it, or null when the wait is nothing but the usual
     */
    record Later(Duration delay, String why, @Nullable Failure obstacle) implements Outcome {}

    /** Gives back what was kept for recording it. Idempotent. */
    @Override
    default void close() {}

    /** Work that is done under a lease. */
    @FunctionalInterface
    interface Work {
        Outcome outcome() throws FailureException, InterruptedException;
    }

    /** Records in the ledger what was done, and says what has to be published. Idempotent. */
    @FunctionalInterface
    interface LedgerStep {
        List<Event> record() throws FailureException;
    }

    /** Returns the result of work, which the step records. */
    static Outcome done(LedgerStep step) {
        return new Done(step, true, null);
    }

    /** Returns the end of an event that found nothing to do, and has nothing to record. */
    static Outcome done(List<? extends Event> events) {
        List<Event> copy = List.copyOf(events);
        return new Done(() -> copy, false, null);
    }

    /**
     * Does the work, and keeps the lease until its outcome is recorded: at once where there is nothing to record. A failure of work whose
     * lease was lost is none ({@link LostLease}).
     */
    static Outcome under(Lease lease, Work work) throws FailureException, InterruptedException {
        boolean kept = false;
        try {
            Outcome outcome = work.outcome();
            if (outcome instanceof Done done) {
                kept = true;
                return new Done(done.step(), done.worked(), lease);
            }
            return outcome;
        } catch (FailureException e) {
            return LostLease.outcome(lease, e);
        } finally {
            if (!kept) {
                lease.close();
            }
        }
    }

    static Outcome later(Duration delay, String why) {
        return new Later(delay, why, null);
    }

    /**
     * The answer to a message that comes before the time of the next attempt. Shortly before, it is most likely the message of that attempt,
     * whatever the clocks say, and waits. One that comes earlier is dropped: that of the attempt follows, or a scan finds the work overdue.
     *
     * @param dueInMillis in how long the attempt is due
     */
    static Outcome tooEarly(long dueInMillis) {
        Duration rest = Duration.ofMillis(dueInMillis);
        return rest.compareTo(SHORTLY) <= 0 ? later(rest, "its next attempt is not due yet") : done(List.of());
    }

    /** {@link Later} with an obstacle that is noted in the ledger. */
    static Outcome later(Duration delay, Failure obstacle) {
        return new Later(delay, obstacle.oneLine(), obstacle);
    }
}
