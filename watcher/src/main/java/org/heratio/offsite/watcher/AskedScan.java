package org.heratio.offsite.watcher;

import java.time.Duration;
import java.util.Optional;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.RequestOptions;
import org.heratio.offsite.ledger.Requests;

/**
 * Believes the message that asks for a scan as far as the ledger does: whoever can send one must not have everything shipped in clear, or
 * over what is there, nor all that failed taken up again and again. Thread-safe.
 */
final class AskedScan {
    private final Requests requests;
    private final Duration retryGap;
    /** The last scan that had no request, and that took up what failed. */
    private volatile long lastRetry = Long.MIN_VALUE;

    /** @param retryGap how soon a scan of the schedule may take up again what failed after another one did */
    AskedScan(Requests requests, Duration retryGap) {
        this.requests = requests;
        this.retryGap = retryGap;
    }

    /**
     * Returns the scan that is asked for. One of the schedule has no request, and takes up what failed only once in a while.
     *
     * @throws FailureException {@code MESSAGE_FORGED} when the ledger has no open request for what is asked
     */
    ScanRequested of(ScanRequested message, long now) throws FailureException {
        Optional<RequestOptions> known =
                message.requestId().isEmpty() ? Optional.empty() : requests.options(message.requestId());
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
        return new ScanRequested(
                message.requestId(),
                message.reason(),
                message.drivers(),
                options.force(),
                message.retryFailed()
                        && (known.isPresent() || (message.reason() == ScanReason.SCHEDULE && !justRetried(now))),
                options.plain());
    }

    private boolean justRetried(long now) {
        long since = now - lastRetry;
        // a clock that was set back says nothing of when that was
        return lastRetry != Long.MIN_VALUE && since >= 0 && since < retryGap.toMillis();
    }

    /** A scan was recorded. */
    void done(ScanRequested scan, long now) {
        if (scan.retryFailed() && scan.requestId().isEmpty()) {
            lastRetry = now;
        }
    }
}
