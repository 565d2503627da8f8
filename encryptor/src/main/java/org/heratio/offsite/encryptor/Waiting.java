package org.heratio.offsite.encryptor;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.stage.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that has to wait for no fault of its own. */
final class Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(5);

    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

    Outcome forOther(long versionId) {
        return Outcome.later(AGAIN, "another worker has version " + versionId);
    }

    /** Does work that reads an archive. One that another program has a lease on is read later, which counts no attempt. */
    Outcome unlessBusy(Outcome.Work work) throws FailureException, InterruptedException {
        try {
            return work.outcome();
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.ARCHIVE_BUSY) {
                return Outcome.later(AGAIN, e.failure());
            }
            throw e;
        }
    }

    /** Warns now and then: a spool that stays full needs a person. */
    Outcome forRoom(Version version, Sealing.NoRoom none) {
        long due = nextWarning.get();
        long now = System.nanoTime();
        if (now - due >= 0 && nextWarning.compareAndSet(due, now + BETWEEN_WARNINGS.toNanos())) {
            LOG.warn("waits for room: {} archive={} version={}", none.why(), version.path(), version.id());
        }
        return Outcome.later(AGAIN, new Failure(ErrorCode.SPOOL_FULL, none.why(), null));
    }
}
