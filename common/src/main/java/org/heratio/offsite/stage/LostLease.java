package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.Set;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failure of work whose lease was lost meanwhile: the process was stopped, or its ledger away, for longer than a lease lasts. Another
 * process may have done the same work, and what this one found says nothing of the thing that it worked on.
 */
final class LostLease {
    private static final Logger LOG = LoggerFactory.getLogger(LostLease.class);
    private static final Duration AGAIN = Duration.ofSeconds(30);

    /** Failures that do not come from the work. */
    private static final Set<ErrorCode> OTHERS = Set.of(
            ErrorCode.LEDGER_UNAVAILABLE,
            ErrorCode.LEDGER_REFUSED,
            ErrorCode.LEDGER_LOST,
            ErrorCode.MESSAGE_FORGED,
            ErrorCode.INTERRUPTED);

    private LostLease() {}

    /** Returns the outcome of work that failed without its lease; throws the failure of all other work. */
    static Outcome outcome(Lease lease, FailureException failure) throws FailureException {
        if (lease.held() || OTHERS.contains(failure.failure().code())) {
            throw failure;
        }
        LOG.info(
                "the lease was lost during the work, another process may have it; it is looked at again in {} s: {}",
                AGAIN.toSeconds(),
                failure.failure().oneLine());
        return Outcome.later(AGAIN, "the lease was lost during the work");
    }
}
