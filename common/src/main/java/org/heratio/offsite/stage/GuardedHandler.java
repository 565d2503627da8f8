package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Lets a handler work only while the breaker of the event's destination is closed, and tells the breaker what came of it. */
public final class GuardedHandler<E extends Event> implements StageHandler<E> {
    private static final Duration SOONEST = Duration.ofSeconds(30);
    private static final Duration LATEST = Duration.ofHours(1);

    private final StageHandler<E> guarded;
    private final Function<E, @Nullable Breaker> breakers;

    /** @param breakers of the event's destination, or null where there is none */
    public GuardedHandler(StageHandler<E> guarded, Function<E, @Nullable Breaker> breakers) {
        this.guarded = guarded;
        this.breakers = breakers;
    }

    @Override
    public Outcome handle(E event, Attempt attempt) throws FailureException, InterruptedException {
        Breaker breaker = breakers.apply(event);
        if (breaker == null) {
            return guarded.handle(event, attempt);
        }
        if (breaker.isOpen()) {
            return Outcome.later(again(breaker.openFor()), "the destination is down");
        }
        try {
            Outcome outcome = guarded.handle(event, attempt);
            if (outcome instanceof Outcome.Done done && done.worked()) {
                breaker.succeeded();
            }
            return outcome;
        } catch (FailureException e) {
            breaker.failed(e.failure());
            throw e;
        }
    }

    /** As long again as it has lasted already: messages of a destination that stays away must not churn. */
    private static Duration again(Duration openFor) {
        if (openFor.compareTo(SOONEST) < 0) {
            return SOONEST;
        }
        return openFor.compareTo(LATEST) < 0 ? openFor : LATEST;
    }

    /** Returns the event whose turn it is; the one that came while the destination is down, as nothing is done in a turn then. */
    @Override
    public E inTurn(E event) throws FailureException {
        Breaker breaker = breakers.apply(event);
        return breaker != null && breaker.isOpen() ? event : guarded.inTurn(event);
    }

    @Override
    public Subject subject(E event) {
        return guarded.subject(event);
    }

    @Override
    public List<Event> giveUp(E event, Failure failure) throws FailureException {
        return guarded.giveUp(event, failure);
    }
}
