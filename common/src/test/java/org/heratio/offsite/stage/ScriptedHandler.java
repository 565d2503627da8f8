package org.heratio.offsite.stage;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;

/** Does, one delivery after the other, what a test tells it; when there is nothing left to do, the work simply succeeds. */
final class ScriptedHandler implements StageHandler<PayloadReady> {
    /** One delivery's work. */
    interface Act {
        Outcome play(PayloadReady event, Attempt attempt) throws FailureException, InterruptedException;
    }

    final Queue<Act> script = new ConcurrentLinkedQueue<>();
    final Queue<Integer> attempts = new ConcurrentLinkedQueue<>();
    final Queue<Failure> givenUp = new ConcurrentLinkedQueue<>();
    final Queue<Exception> giveUpFailures = new ConcurrentLinkedQueue<>();
    final Queue<PayloadReady> before = new ConcurrentLinkedQueue<>();
    final Queue<Boolean> ahead = new ConcurrentLinkedQueue<>();
    final Queue<Long> handled = new ConcurrentLinkedQueue<>();

    @Override
    public PayloadReady inTurn(PayloadReady event) {
        PayloadReady other = before.poll();
        return other == null ? event : other;
    }

    @Override
    public Outcome handle(PayloadReady event, Attempt attempt) throws FailureException, InterruptedException {
        attempts.add(attempt.number());
        ahead.add(attempt.ahead());
        handled.add(event.copyId());
        Act act = script.poll();
        return act == null ? success(event) : act.play(event, attempt);
    }

    static Outcome success(PayloadReady event) {
        return Outcome.done(List.of(new CopyReplicated(event.copyId(), event.driver())));
    }

    @Override
    public Subject subject(PayloadReady event) {
        return Subject.copy(event.copyId());
    }

    @Override
    public List<Event> giveUp(PayloadReady event, Failure failure) throws FailureException {
        Exception broken = giveUpFailures.poll();
        if (broken instanceof FailureException e) {
            throw e;
        }
        if (broken instanceof RuntimeException e) {
            throw e;
        }
        givenUp.add(failure);
        return List.of(new CopyFailed(event.copyId(), event.driver(), failure.code(), failure.reason()));
    }
}
