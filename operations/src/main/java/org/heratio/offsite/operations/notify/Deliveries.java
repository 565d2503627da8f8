package org.heratio.offsite.operations.notify;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.stage.RetryPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is in the outbox, each channel in its order, and tries for a day. A process that dies between a delivery and its record sends
 * that message once more, with the same id.
 */
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    /** So that facts and the other channels are not left alone for long. */
    private static final int AT_ONCE = 20;

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    /** The fewest attempts before a message is given up: a clock may be put forward by a day, and a key be wrong for a while. */
    private static final int LEAST_ATTEMPTS = 5;

    private static final Duration PROBING = Duration.ofHours(1);

    private final Notices notices;
    private final List<Channel> channels;
    private final String host;
    private final NotifyMeter meter;
    private final Clock clock;
    private final Map<String, Long> probed = new HashMap<>();
    private final RetryPolicy policy = RetryPolicy.standard();

    Deliveries(Notices notices, List<Channel> channels, String host, NotifyMeter meter, Clock clock) {
        this.notices = notices;
        this.meter = meter;
        this.channels = List.copyOf(channels);
        this.host = host;
        this.clock = clock;
    }

    /** @param mayGoOn asked before each message */
    void send(BooleanSupplier mayGoOn) throws LedgerException, InterruptedException {
        for (Channel channel : channels) {
            boolean works = true;
            for (int sent = 0; works && sent < AT_ONCE && mayGoOn.getAsBoolean(); sent++) {
                works = sendFirst(channel);
            }
        }
    }

    /** Returns whether the next message may follow: one that is refused blocks no other. */
    private boolean sendFirst(Channel channel) throws LedgerException, InterruptedException {
        Optional<Notice> first = notices.first(channel.name());
        if (first.isEmpty()) {
            probe(channel);
            return false;
        }
        long left = first.get().dueAt() - clock.millis();
        // no pause is longer: the clock was put back
        if (left > 0 && left <= LONGEST_PAUSE.toMillis()) {
            return false;
        }
        Notice notice = first.get();
        String more = "";
        try {
            channel.attempt(notice.message(), notice.body());
        } catch (DeliveryException e) {
            if (!e.isPartly()) {
                return failed(notice, e);
            }
            more = ": " + e.getMessage();
            LOG.warn("{}: channel={} message={}", e.getMessage(), channel.name(), notice.message());
        }
        notices.delivered(notice, clock.millis(), fact(JournalEntry.Kind.NOTIFIED, notice, more));
        succeeded(channel);
        LOG.info("notified: channel={} message={}", channel.name(), notice.message());
        return true;
    }

    /** Returns what became of a message, for the journal. */
    private static JournalEntry fact(JournalEntry.Kind kind, Notice notice, String more) {
        return JournalEntry.of(kind, "", 0, notice.channel() + ": " + Wording.title(notice.body()) + more);
    }

    private void succeeded(Channel channel) {
        meter.attempted(channel.name(), NotifyMeter.Outcome.DELIVERED);
        meter.lastSuccess(channel.name(), clock.millis());
    }

    /** Asks a receiver each hour if it works again: with its messages given up, nothing else would find out. */
    private void probe(Channel channel) throws LedgerException, InterruptedException {
        long now = clock.millis();
        if (Math.abs(now - probed.getOrDefault(channel.name(), 0L)) < PROBING.toMillis()) {
            return;
        }
        probed.put(channel.name(), now);
        boolean fails = notices.channels().stream()
                .anyMatch(state -> state.name().equals(channel.name()) && state.failingSince() > 0);
        if (!fails) {
            return;
        }
        try {
            channel.attempt(
                    "msg_" + UUID.randomUUID(),
                    Wording.probe(host, clock.instant()).json());
        } catch (DeliveryException e) {
            if (!e.isPartly()) {
                meter.attempted(channel.name(), NotifyMeter.Outcome.FAILED);
                LOG.warn("notifications still fail: channel={} reason={}", channel.name(), e.getMessage());
                return;
            }
        }
        notices.accepted(channel.name(), clock.millis());
        succeeded(channel);
        LOG.info("notifications work again: channel={}", channel.name());
    }

    /**
     * Records a failure. A receiver also refuses a signature that it takes for wrong, so that no message is given up for the first refusals.
     *
     * @return whether the message was refused so often that it was given up
     */
    private boolean failed(Notice notice, DeliveryException failure) throws LedgerException {
        long now = clock.millis();
        String error = String.valueOf(failure.getMessage());
        int attempts = notice.attempts() + 1;
        Duration age = attempts < LEAST_ATTEMPTS ? Duration.ZERO : Duration.ofMillis(now - notice.madeAt());
        boolean refused = failure.refused() && attempts >= LEAST_ATTEMPTS;
        Optional<Duration> next = refused ? Optional.empty() : policy.next(attempts, age);
        if (next.isPresent()) {
            notices.failed(notice, now, now + next.get().toMillis(), error);
            meter.attempted(notice.channel(), NotifyMeter.Outcome.FAILED);
            LOG.warn(
                    "notification is tried again in {} s: channel={} message={} reason={}",
                    next.get().toSeconds(),
                    notice.channel(),
                    notice.message(),
                    error);
        } else {
            notices.givenUp(notice, now, error, fact(JournalEntry.Kind.NOT_NOTIFIED, notice, ": " + error));
            meter.attempted(notice.channel(), NotifyMeter.Outcome.GIVEN_UP);
            probed.put(notice.channel(), now);
            LOG.error(
                    "notification given up {}: channel={} message={} reason={}. HINT: offsite notify test",
                    refused ? "since it is refused" : "after a day",
                    notice.channel(),
                    notice.message(),
                    error);
        }
        return refused;
    }
}
