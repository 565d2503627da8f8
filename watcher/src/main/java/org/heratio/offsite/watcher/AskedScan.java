package org.heratio.offsite.watcher;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.RequestOptions;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.ledger.Schedules;
import org.heratio.offsite.stage.LastDue;

/**
 * Believes the message that asks for a scan as far as the ledger does. Whoever can send one must not have archives
 * shipped unencrypted, or over the copies that are there, nor have failed work retried again and again. Thread-safe.
 */
final class AskedScan {
    private final Requests requests;
    private final LastDue schedule;
    /**
     * By destination, when the scan of the schedule was due that retried last what failed there; epoch milliseconds.
     */
    private final Map<String, Long> retried = new ConcurrentHashMap<>();

    /** @param scans the times at which scans are scheduled on this host */
    AskedScan(Ledger ledger, LastDue.Times scans) {
        this.requests = ledger.requests();
        this.schedule = new LastDue(Schedules.SCAN, scans, ledger.schedules());
    }

    /**
     * Returns the scan that is asked for; empty if it was for a request whose scan has ended. A scan of the schedule
     * has no request. Each time that one is due, failed work is retried once for each destination.
     *
     * @param now epoch milliseconds
     * @throws FailureException {@code MESSAGE_FORGED} when the ledger has no open request for what is asked
     */
    Optional<ScanRequested> of(ScanRequested message, long now) throws FailureException {
        String id = message.requestId();
        Optional<RequestOptions> known = id.isEmpty() ? Optional.empty() : requests.options(id);
        if (known.isEmpty() && !id.isEmpty() && !message.force() && !message.plain() && requests.isKnown(id)) {
            return Optional.empty();
        }
        RequestOptions options = known.orElse(RequestOptions.NONE);
        boolean retry = message.retryFailed() && message.reason() == ScanReason.REQUEST;
        if ((message.force() && !options.force())
                || (message.plain() && !options.plain())
                || (retry && known.isEmpty())) {
            throw new FailureException(
                    ErrorCode.MESSAGE_FORGED,
                    "a scan was asked for with" + (message.force() ? " force" : "")
                            + (message.plain() ? " no encryption" : "")
                            + (retry ? " a retry of what failed" : "")
                            + ", for which the ledger has no open request",
                    "ask with offsite replicate, by the same ledger; if nobody of yours sent this, look who may write"
                            + " to the broker");
        }
        return Optional.of(new ScanRequested(
                id,
                message.reason(),
                message.drivers(),
                options.force(),
                message.retryFailed() && (known.isPresent() || isScheduledRetry(message, now)),
                options.plain()));
    }

    private boolean isScheduledRetry(ScanRequested message, long now) throws LedgerException {
        if (message.reason() != ScanReason.SCHEDULE) {
            return false;
        }
        long due = schedule.anywhere(now);
        return message.drivers().stream().anyMatch(driver -> retried.getOrDefault(driver, -1L) < due);
    }

    /**
     * Notes that a scan was recorded.
     *
     * @param asked when it was asked for, as {@link #of} was told
     */
    void done(ScanRequested scan, long asked) throws LedgerException {
        if (scan.retryFailed() && scan.requestId().isEmpty()) {
            long due = schedule.anywhere(asked);
            scan.drivers().forEach(driver -> retried.merge(driver, due, Math::max));
        }
    }
}
