package org.heratio.offsite.stage;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.heratio.offsite.ledger.FailedWork;
import org.heratio.offsite.ledger.PendingWork;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of the way that runs on a worker thread: decode, handle, record in the ledger. What comes out says what is left to do at
 * the broker.
 */
final class StageWork {
    private static final Logger LOG = LoggerFactory.getLogger(StageWork.class);

    /** How often a message is tried whose own values make the work fail: the next attempt has the same values. */
    private static final int ATTEMPTS_AT_BAD_VALUES = 3;

    private final StageDefinition stage;
    private final Broker broker;
    private final PendingWork attempts;
    private final RetryPolicy policy;
    private final EventCodec codec;
    private final Clock clock;
    private final LedgerRetry ledger;
    private final Watchdog watchdog;

    StageWork(
            StageDefinition stage,
            Broker broker,
            PendingWork attempts,
            RetryPolicy policy,
            EventCodec codec,
            Clock clock,
            LedgerRetry ledger,
            Watchdog watchdog) {
        this.stage = stage;
        this.broker = broker;
        this.attempts = attempts;
        this.policy = policy;
        this.codec = codec;
        this.clock = clock;
        this.ledger = ledger;
        this.watchdog = watchdog;
    }

    Disposition run(Job job) {
        if (!job.begin()) {
            return new Disposition.Leave();
        }
        try (Watchdog.Watch watch = watchdog.watch(watched(job), stage.vital())) {
            return decodeAndWork(job);
        } catch (InterruptedException e) {
            LOG.info(
                    "stage={} leaves message {} to the next start",
                    stage.name(),
                    job.delivery().envelope().id());
            return new Disposition.Leave();
        } finally {
            job.end();
        }
    }

    private String watched(Job job) {
        Envelope envelope = job.delivery().envelope();
        return "stage=" + stage.name() + " " + shortened(envelope.type()) + " " + shortened(envelope.id());
    }

    private Disposition decodeAndWork(Job job) throws InterruptedException {
        Envelope envelope = job.delivery().envelope();
        Event event;
        try {
            event = codec.decode(envelope);
        } catch (FailureException e) {
            return undeliverable(envelope, e.failure());
        }
        Optional<StageHandler<Event>> handler = stage.handlerOf(event);
        if (handler.isEmpty()) {
            return undeliverable(
                    envelope,
                    new Failure(
                            ErrorCode.MESSAGE_UNKNOWN,
                            "stage " + stage.name() + " does not handle " + EventCodec.typeOf(event.getClass()),
                            "look at the bindings of queue " + stage.queue()));
        }
        return inTurn(job, event, handler.get());
    }

    /** Works on the event, or on the one whose turn it is. */
    private Disposition inTurn(Job job, Event event, StageHandler<Event> handler) throws InterruptedException {
        Envelope envelope = job.delivery().envelope();
        Event first = first(event, handler);
        if (first.equals(event)) {
            return work(job, envelope, event, handler);
        }
        LOG.debug("stage={} works on {} before message {}", stage.name(), first, envelope.id());
        Disposition other = work(job, codec.encode(first), first, handler);
        return other instanceof Disposition.Leave ? other : new Disposition.GaveTurn(envelope, other);
    }

    private Event first(Event event, StageHandler<Event> handler) throws InterruptedException {
        try {
            return ledger.untilTaken(() -> handler.inTurn(event));
        } catch (FailureException | RuntimeException e) {
            // the order is not worth a failed attempt
            LOG.warn("stage={} cannot tell whose turn it is", stage.name(), e);
            return event;
        }
    }

    private Disposition work(Job job, Envelope envelope, Event event, StageHandler<Event> handler)
            throws InterruptedException {
        Failure failure;
        boolean last = false;
        try {
            return done(job, envelope, event, handler);
        } catch (FailureException e) {
            failure = e.failure();
            if (failure.code() == ErrorCode.INTERRUPTED && ledger.stopping()) {
                throw interruptedBy(e);
            }
        } catch (RuntimeException | Error e) {
            failure = unexpected(e);
            last = isAboutValues(e) && Headers.attempt(envelope) >= ATTEMPTS_AT_BAD_VALUES;
            if (!job.interrupted()) {
                LOG.error("stage={} message={} fails unexpectedly", stage.name(), envelope.id(), e);
            }
        } catch (InterruptedException e) {
            if (job.interrupted() || ledger.stopping()) {
                throw e;
            }
            failure = new Failure(ErrorCode.INTERRUPTED, "the work was interrupted although the stage goes on", null);
        }
        if (job.interrupted()) {
            // whatever it looks like, it comes of our own interrupt
            throw new InterruptedException("the stage stops");
        }
        return failed(envelope, event, handler, failure, last);
    }

    private Disposition done(Job job, Envelope envelope, Event event, StageHandler<Event> handler)
            throws FailureException, InterruptedException {
        ProgressSink progress = new ProgressReports(stage.name(), broker, codec, clock);
        Attempt attempt = new Attempt(Headers.attempt(envelope), progress);
        try (Outcome outcome = ledger.untilTaken(() -> handler.handle(event, attempt))) {
            if (job.interrupted()) {
                // the stage has given up waiting, and the ledger may be closed: another start does it again
                throw new InterruptedException("the stage stops");
            }
            return outcome instanceof Outcome.Done done
                    ? new Disposition.Done(encoded(ledger.untilTaken(done.step()::record)))
                    : later(envelope, event, handler, (Outcome.Later) outcome);
        }
    }

    private Disposition later(Envelope envelope, Event event, StageHandler<Event> handler, Outcome.Later later)
            throws InterruptedException {
        Duration delay = policy.rungFor(later.delay());
        Subject subject = subject(event, handler);
        LOG.debug("stage={} {} again in {}: {}", stage.name(), keys(subject), delay, later.why());
        if (!subject.equals(Subject.NONE)) {
            // or a scan finds it overdue and publishes it once more, as long as it waits
            orLog("a delay", () -> {
                attempts.postponed(subject.versionId(), subject.copyId(), later.obstacle(), delay.toMillis());
                return List.of();
            });
        }
        return new Disposition.Again(envelope, delay);
    }

    /** @param last whether no attempt follows, whatever the kind of the failure */
    private Disposition failed(
            Envelope envelope, Event event, StageHandler<Event> handler, Failure failure, boolean last)
            throws InterruptedException {
        int attempt = Headers.attempt(envelope);
        long now = clock.millis();
        long first = Headers.firstFailedAt(envelope, now);
        Subject subject = subject(event, handler);
        Optional<Duration> delay = failure.kind() == FailureKind.TRANSIENT && !last
                ? policy.next(attempt, Duration.ofMillis(now - first))
                : Optional.empty();
        FailedWork about = FailedWork.UNKNOWN;
        if (failure.code() != ErrorCode.MESSAGE_FORGED) {
            // a forged message says nothing of what it names: it must not mark that, nor end its being due
            about = note(
                    subject, attempt, failure, delay.map(Duration::toMillis).orElse(null));
        }
        if (delay.isPresent()) {
            LOG.warn(
                    "stage={} {} attempt={} code={} again in {}: {}",
                    stage.name(),
                    keys(subject, about),
                    attempt,
                    failure.code(),
                    delay.get(),
                    failure.oneLine());
            return new Disposition.Again(Headers.again(envelope, attempt + 1, first), delay.get());
        }
        List<Envelope> followUps = giveUp(event, handler, failure);
        return dead(envelope, keys(subject, about), followUps, failure);
    }

    private Disposition undeliverable(Envelope envelope, Failure failure) {
        return dead(envelope, "message=" + shortened(envelope.id()), List.of(), failure);
    }

    private Disposition dead(Envelope envelope, String keys, List<Envelope> followUps, Failure failure) {
        int attempt = Headers.attempt(envelope);
        LOG.error(
                "stage={} {} attempt={} code={} given up: {}",
                stage.name(),
                keys,
                attempt,
                failure.code(),
                failure.oneLine());
        return new Disposition.Dead(followUps, Headers.dead(envelope, stage, attempt, clock.millis(), failure));
    }

    private FailedWork note(Subject subject, int attempt, Failure failure, @Nullable Long delayMillis)
            throws InterruptedException {
        return orLog(
                "an attempt",
                FailedWork.UNKNOWN,
                () -> attempts.attemptFailed(
                        stage.name(), subject.versionId(), subject.copyId(), attempt, failure, delayMillis));
    }

    private List<Envelope> giveUp(Event event, StageHandler<Event> handler, Failure failure)
            throws InterruptedException {
        return orLog("giving up", () -> encoded(handler.giveUp(event, failure)));
    }

    /** The message has failed already: what goes wrong while that is recorded must not keep it from its dead queue. */
    private List<Envelope> orLog(String what, LedgerRetry.Step<List<Envelope>> step) throws InterruptedException {
        return orLog(what, List.of(), step);
    }

    private <T> T orLog(String what, T otherwise, LedgerRetry.Step<T> step) throws InterruptedException {
        try {
            return ledger.untilTaken(step);
        } catch (FailureException | RuntimeException e) {
            LOG.error("stage={} could not record {}", stage.name(), what, e);
            return otherwise;
        }
    }

    private List<Envelope> encoded(List<Event> events) {
        return events.stream().map(codec::encode).toList();
    }

    private Subject subject(Event event, StageHandler<Event> handler) {
        try {
            return handler.subject(event);
        } catch (RuntimeException e) {
            LOG.error("stage={} cannot tell what an event is about", stage.name(), e);
            return Subject.NONE;
        }
    }

    /** Returns the keys of a failure, as far as they are known. */
    private static String keys(Subject subject, FailedWork about) {
        return (about.archive().isEmpty() ? "" : "archive=" + about.archive() + " ")
                + keys(subject)
                + (about.driver().isEmpty() ? "" : " driver=" + about.driver());
    }

    private static String keys(Subject subject) {
        return "version=" + subject.versionId() + " copy=" + subject.copyId();
    }

    private static String shortened(String id) {
        return id.length() > 64 ? id.substring(0, 64) : id;
    }

    /** Returns whether a failure most likely comes from the values of the message, and not from the state of anything. */
    private static boolean isAboutValues(Throwable e) {
        return e instanceof ArithmeticException
                || e instanceof IllegalArgumentException
                || e instanceof IndexOutOfBoundsException;
    }

    private static Failure unexpected(Throwable e) {
        String what = String.valueOf(e);
        return new Failure(
                ErrorCode.UNEXPECTED,
                "an unexpected failure: " + what.substring(0, Math.min(what.length(), 300)),
                "please report it with the log around it");
    }

    private static InterruptedException interruptedBy(Throwable cause) {
        InterruptedException e = new InterruptedException("the stage stops");
        e.initCause(cause);
        return e;
    }
}
