package org.heratio.offsite.uploader;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.stage.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what becomes of a copy whose payload is gone, changed or bad. Safe for use by several threads. */
final class PayloadFailures {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadFailures.class);
    private static final Duration WHEN_BUSY = Duration.ofSeconds(30);
    private static final int ROTTEN_PAYLOADS = 3;
    private static final int UNREADABLE_ATTEMPTS = 3;

    private final Payloads payloads;
    private final Copies copies;
    private final PayloadSource source;
    /** By copy: a machine whose memory or disk garbles each payload anew must not seal for ever. */
    private final Map<Long, Integer> rotten = new ConcurrentHashMap<>();
    /** By payload: attempts that ended with a failure of the spool. */
    private final Map<Long, Integer> unreadable = new ConcurrentHashMap<>();

    PayloadFailures(Payloads payloads, Copies copies, PayloadSource source) {
        this.payloads = payloads;
        this.copies = copies;
        this.source = source;
    }

    /** Forgets the failures of a copy that has ended, one way or the other. */
    void ended(long copyId, long payloadId) {
        rotten.remove(copyId);
        unreadable.remove(payloadId);
    }

    /**
     * Handles a failure of the payload.
     *
     * @throws FailureException the failure itself when it is one of the destination, or when another attempt may read the payload
     */
    Outcome handle(Copy copy, Version version, Payload payload, FailureException e)
            throws FailureException, InterruptedException {
        ErrorCode code = e.failure().code();
        if (code == ErrorCode.PAYLOAD_GONE && !payload.passesThrough()) {
            LOG.warn("{}; archive={} is sealed again", e.failure().reason(), version.path());
            return sealAgain(copy, version, payload.spoolFile());
        }
        if (code == ErrorCode.PAYLOAD_CORRUPT && payload.passesThrough()) {
            // throws what is the matter when the archive was rewritten under our hands; else its bytes went bad
            try {
                source.open(version, payload).close();
            } catch (FailureException changed) {
                return handle(copy, version, payload, changed);
            }
        } else if (code == ErrorCode.PAYLOAD_CORRUPT || isBad(version, payload, code)) {
            if (rotten.merge(copy.id(), 1, Integer::sum) >= ROTTEN_PAYLOADS) {
                throw e;
            }
            return discard(copy, version, payload, e.failure());
        } else if (code == ErrorCode.ARCHIVE_BUSY) {
            return Outcome.later(WHEN_BUSY, e.failure());
        } else if (code == ErrorCode.ARCHIVE_CHANGED) {
            return Outcome.done(() -> recordChanged(copy, e.failure()));
        }
        throw e;
    }

    /**
     * Returns whether the disk of the spool does not give a payload, after some attempts: what is written anew lands elsewhere on it. It is
     * false where no other payload can be made: this one may be readable again later.
     */
    private boolean isBad(Version version, Payload payload, ErrorCode code) throws InterruptedException {
        return code == ErrorCode.SPOOL_IO
                && !payload.passesThrough()
                && unreadable.merge(payload.id(), 1, Integer::sum) >= UNREADABLE_ATTEMPTS
                && source.isUnreadable(payload)
                && source.hasArchive(version);
    }

    private Outcome discard(Copy copy, Version version, Payload payload, Failure failure) throws FailureException {
        LOG.error(
                "{}; it is thrown away, and archive={} is sealed again. HINT: look at the disk of the spool (dmesg, smartctl)",
                failure.reason(),
                version.path());
        unreadable.remove(payload.id());
        source.remove(payload);
        return sealAgain(copy, version, payload.spoolFile());
    }

    /** @param spoolFile the payload that is gone, or empty when the ledger knows of none */
    Outcome sealAgain(Copy copy, Version version, String spoolFile) {
        return Outcome.done(() -> {
            if (!spoolFile.isEmpty()) {
                payloads.fileDeleted(spoolFile);
            }
            return switch (copy.state()) {
                case PENDING -> List.of(new ArchiveSettled(version.id(), version.path()));
                case CORRUPT, MISSING -> List.of(new RepairRequested(copy.id(), copy.driver()));
                case REPLICATED, VERIFIED, FAILED -> List.of();
            };
        });
    }

    /** Records that this version no longer exists. The scan finds the one that does. */
    private List<Event> recordChanged(Copy copy, Failure failure) throws FailureException {
        copies.fail(copy.id(), failure);
        LOG.warn("copy={} driver={}: {}", copy.id(), copy.driver(), failure.oneLine());
        return List.of(
                new CopyFailed(copy.id(), copy.driver(), failure.code(), failure.reason()),
                new ScanRequested("", ScanReason.RESCAN, List.of(copy.driver()), false, false, false));
    }
}
