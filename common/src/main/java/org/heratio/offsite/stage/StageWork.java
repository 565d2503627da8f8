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
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.text.Printable;
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
    private final EventCodec codec;
    private final Clock clock;
    private final LedgerRetry ledger;
    private final Watchdog watchdog;
    private final FailedAttempts failures;
    private final StageMeter meter;

    StageWork(
            StageDefinition stage,
            Broker broker,
            PendingWork attempts,
            RetryPolicy policy,
            EventCodec codec,
            Clock clock,
            LedgerRetry ledger,
            Watchdog watchdog,
            StageMeter meter) {
        this.stage = stage;
        this.broker = broker;
        this.codec = codec;
        this.clock = clock;
        this.ledger = ledger;
        this.watchdog = watchdog;
        this.failures = new FailedAttempts(stage, attempts, policy, codec, clock, ledger, meter);
        this.meter = meter;
    }

    Disposition run(Job job) {
        if (!job.begin()) {
            return new Disposition.Leave();
        }
        try {
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

    private Disposition decodeAndWork(Job job) throws InterruptedException {
        Envelope envelope = job.delivery().envelope();
        Event event;
        try {
            event = codec.decode(envelope);
        } catch (FailureException e) {
            return failures.undeliverable(envelope, e.failure());
        }
        Optional<StageHandler<Event>> handler = stage.handlerOf(event);
        if (handler.isEmpty()) {
            return failures.undeliverable(
                    envelope,
                    new Failure(
                            ErrorCode.MESSAGE_UNKNOWN,
                            "stage " + stage.name() + " does not handle " + EventCodec.typeOf(event.getClass()),
                            "look at the bindings of queue " + stage.queue()));
        }
        EventWork own = new EventWork(envelope, envelope, event, handler.get());
        return inTurn(job, own);
    }

    /** Works on the event, or on the one whose turn it is. */
    private Disposition inTurn(Job job, EventWork own) throws InterruptedException {
        Event first = first(own);
        if (first.equals(own.event())) {
            return watched(job, own);
        }
        LOG.debug(
                "stage={} works on {} before message {}",
                stage.name(),
                first,
                own.message().id());
        Disposition other = watched(job, new EventWork(own.message(), codec.encode(first), first, own.handler()));
        return other instanceof Disposition.Leave ? other : new Disposition.GaveTurn(own.message(), other);
    }

    private Event first(EventWork own) throws InterruptedException {
        try {
            return ledger.untilTaken(() -> own.handler().inTurn(own.event()));
        } catch (FailureException | RuntimeException e) {
            // the order is not worth a failed attempt
            LOG.warn("stage={} cannot tell whose turn it is", stage.name(), e);
            return own.event();
        }
    }

    private Disposition watched(Job job, EventWork work) throws InterruptedException {
        String what = "stage=" + stage.name() + " " + Printable.of(work.text());
        meter.began(stage.name());
        try (Watchdog.Watch watch = watchdog.watch(what, stage.vital())) {
            return work(job, work);
        } finally {
            meter.ended(stage.name());
        }
    }

    private Disposition work(Job job, EventWork work) throws InterruptedException {
        Failure failure;
        boolean last = false;
        try {
            return done(job, work);
        } catch (FailureException e) {
            failure = e.failure();
            if (failure.code() == ErrorCode.INTERRUPTED && ledger.stopping()) {
                throw interruptedBy(e);
            }
        } catch (RuntimeException | Error e) {
            failure = unexpected(e);
            last = isAboutValues(e) && work.attempt() >= ATTEMPTS_AT_BAD_VALUES;
            if (!job.interrupted()) {
                LOG.error("stage={} fails unexpectedly: {}", stage.name(), work.text(), e);
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
        return failures.failed(work, failure, last);
    }

    private Disposition done(Job job, EventWork work) throws FailureException, InterruptedException {
        ProgressSink progress = new ProgressReports(stage.name(), broker, codec, clock, meter);
        long began = System.nanoTime();
        Attempt attempt = new Attempt(work.attempt(), work.ahead(), progress);
        try (Outcome outcome = ledger.untilTaken(() -> work.handler().handle(work.event(), attempt))) {
            if (job.interrupted()) {
                // the stage has given up waiting, and the ledger may be closed: another start does it again
                throw new InterruptedException("the stage stops");
            }
            if (outcome instanceof Outcome.Later later) {
                return failures.later(work, later);
            }
            List<Event> followUps = ledger.untilTaken(((Outcome.Done) outcome).step()::record);
            meter.done(stage.name(), Duration.ofNanos(System.nanoTime() - began), followUps);
            return new Disposition.Done(encoded(followUps));
        }
    }

    private List<Envelope> encoded(List<Event> events) {
        return events.stream().map(codec::encode).toList();
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
