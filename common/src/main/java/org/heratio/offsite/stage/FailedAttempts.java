package org.heratio.offsite.stage;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.broker.Envelope;
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
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Work that did not come to its end: records in the ledger that it failed or waits, logs it, and says what becomes of its message. An event
 * that went before its own message is left to that message.
 */
final class FailedAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(FailedAttempts.class);

    private final StageDefinition stage;
    private final PendingWork attempts;
    private final RetryPolicy policy;
    private final EventCodec codec;
    private final Clock clock;
    private final LedgerRetry ledger;
    private final StageMeter meter;

    FailedAttempts(
            StageDefinition stage,
            PendingWork attempts,
            RetryPolicy policy,
            EventCodec codec,
            Clock clock,
            LedgerRetry ledger,
            StageMeter meter) {
        this.stage = stage;
        this.attempts = attempts;
        this.policy = policy;
        this.codec = codec;
        this.clock = clock;
        this.ledger = ledger;
        this.meter = meter;
    }

    /** Nothing has failed, and nothing could be done. */
    Disposition later(EventWork work, Outcome.Later later) throws InterruptedException {
        Duration delay = policy.rungFor(later.delay());
        Subject subject = subject(work);
        LOG.debug("stage={} {} again in {}: {}", stage.name(), keys(subject), delay, later.why());
        if (!subject.equals(Subject.NONE)) {
            // or a scan finds it overdue and publishes it once more, as long as it waits
            orLog("a delay", List.of(), () -> {
                attempts.postponed(subject.versionId(), subject.copyId(), later.obstacle(), delay.toMillis());
                return List.of();
            });
        }
        return again(work, work.envelope(), delay);
    }

    /** @param last whether no attempt follows, whatever the kind of the failure */
    Disposition failed(EventWork work, Failure failure, boolean last) throws InterruptedException {
        int attempt = work.attempt();
        long now = clock.millis();
        long first = Headers.firstFailedAt(work.envelope(), now);
        Subject subject = subject(work);
        Optional<Duration> delay = failure.kind() == FailureKind.TRANSIENT && !last
                ? policy.next(attempt, Duration.ofMillis(now - first))
                : Optional.empty();
        meter.failed(stage.name(), failure.code(), delay.isPresent());
        FailedWork about = FailedWork.UNKNOWN;
        if (failure.code() != ErrorCode.MESSAGE_FORGED) {
            // a forged message says nothing of what it names: it must not mark that, nor end its being due
            about = note(
                    subject, attempt, failure, delay.map(Duration::toMillis).orElse(null));
        }
        String archive = about.archive().isEmpty() ? "" : "archive=" + about.archive() + " ";
        if (delay.isPresent()) {
            String then = work.ahead() ? "left to its own message" : "again in " + delay.get();
            log(Level.WARN, archive + keys(subject), about.driver(), attempt, failure, then);
            return again(work, Headers.again(work.envelope(), attempt + 1, first), delay.get());
        }
        List<Envelope> followUps = orLog(
                "giving up",
                List.of(),
                () -> work.handler().giveUp(work.event(), failure).stream()
                        .map(codec::encode)
                        .toList());
        return dead(work.envelope(), archive + keys(subject), about.driver(), followUps, failure);
    }

    private static Disposition again(EventWork work, Envelope envelope, Duration delay) {
        return work.ahead() ? new Disposition.Done(List.of()) : new Disposition.Again(envelope, delay);
    }

    /** A message that no handler can take. */
    Disposition undeliverable(Envelope envelope, Failure failure) {
        meter.failed(stage.name(), failure.code(), false);
        return dead(envelope, "message=" + EventWork.id(envelope), "", List.of(), failure);
    }

    private Disposition dead(Envelope envelope, String keys, String driver, List<Envelope> followUps, Failure failure) {
        int attempt = Headers.attempt(envelope);
        log(Level.ERROR, keys, driver, attempt, failure, "given up");
        return new Disposition.Dead(followUps, Headers.dead(envelope, stage, attempt, clock.millis(), failure));
    }

    /** Logs a failure. The driver is an argument of its own: each has its own share of the log. */
    private void log(Level level, String keys, String driver, int attempt, Failure failure, String then) {
        LoggingEventBuilder line = LOG.atLevel(level).addArgument(stage.name()).addArgument(keys);
        if (!driver.isEmpty()) {
            line = line.addArgument(driver);
        }
        line.addArgument(attempt)
                .addArgument(failure.code())
                .addArgument(then)
                .addArgument(failure.oneLine())
                .log(
                        driver.isEmpty()
                                ? "stage={} {} attempt={} code={} {}: {}"
                                : "stage={} {} driver={} attempt={} code={} {}: {}");
    }

    private FailedWork note(Subject subject, int attempt, Failure failure, @Nullable Long delayMillis)
            throws InterruptedException {
        return orLog(
                "an attempt",
                FailedWork.UNKNOWN,
                () -> attempts.attemptFailed(
                        stage.name(), subject.versionId(), subject.copyId(), attempt, failure, delayMillis));
    }

    /** The message has failed already: what goes wrong while that is recorded must not keep it from its dead queue. */
    private <T> T orLog(String what, T otherwise, LedgerRetry.Step<T> step) throws InterruptedException {
        try {
            return ledger.untilTaken(step);
        } catch (FailureException | RuntimeException e) {
            LOG.error("stage={} could not record {}", stage.name(), what, e);
            return otherwise;
        }
    }

    private Subject subject(EventWork work) {
        try {
            return work.handler().subject(work.event());
        } catch (RuntimeException e) {
            LOG.error("stage={} cannot tell what an event is about", stage.name(), e);
            return Subject.NONE;
        }
    }

    private static String keys(Subject subject) {
        return "version=" + subject.versionId() + " copy=" + subject.copyId();
    }
}
