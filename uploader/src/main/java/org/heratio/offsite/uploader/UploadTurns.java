package org.heratio.offsite.uploader;

import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.DuePage;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.turn.Turns;

/** The turns of archives at the uploader of one destination. Thread-safe. */
final class UploadTurns extends Turns {
    /** Failures of the ledger, and the end of the process. */
    private static final Set<ErrorCode> OF_THE_PROCESS = Set.of(
            ErrorCode.LEDGER_UNAVAILABLE,
            ErrorCode.LEDGER_REFUSED,
            ErrorCode.LEDGER_SLOW,
            ErrorCode.LEDGER_LOST,
            ErrorCode.INTERRUPTED);

    private final Copies copies;
    private final Versions versions;
    private final PendingWork work;
    private final String driver;

    /** @param nanos as {@link System#nanoTime} */
    UploadTurns(Ledger ledger, String driver, LongSupplier nanos) {
        super(nanos);
        this.copies = ledger.copies();
        this.versions = ledger.versions();
        this.work = ledger.pendingWork();
        this.driver = driver;
    }

    /**
     * Returns the upload whose turn it is: this one, or another one that waits. As long as nothing else waits, that costs no statement. A
     * message whose copy is shipped, or was given up, keeps its turn: it ends at once.
     */
    PayloadReady inTurn(PayloadReady event) throws LedgerException {
        lookIfDue();
        if (!anyWaits()) {
            return event;
        }
        Optional<Copy> copy = copies.find(event.copyId()).filter(this::isToShip);
        if (copy.isEmpty()) {
            return event;
        }
        long own = copy.get().versionId();
        Optional<String> held = pathOf(own);
        Optional<String> path = held.isPresent() ? held : versions.find(own).map(Version::path);
        Optional<DueVersion> first = path.flatMap(archive -> insteadOf(own, archive));
        return first.isPresent() ? upload(first.get().versionId()).orElse(event) : event;
    }

    private boolean isToShip(Copy copy) {
        return copy.driver().equals(driver)
                && switch (copy.state()) {
                    case PENDING, CORRUPT, MISSING -> true;
                    case REPLICATED, VERIFIED, FAILED -> false;
                };
    }

    /** Returns the upload of a version, or empty if it no longer waits. */
    private Optional<PayloadReady> upload(long versionId) throws LedgerException {
        return work.ofVersion(versionId, Set.of(driver)).stream()
                .filter(task -> task.kind() == PendingTask.Kind.UPLOAD)
                .findFirst()
                .map(task -> new PayloadReady(task.copyId(), task.payloadId(), driver));
    }

    @Override
    protected DuePage page(DueVersion behind, int limit) throws LedgerException {
        return work.toShip(driver, behind, limit);
    }

    /**
     * Does the work on a version in its turn. A failure counts against archives like it, unless it says nothing of them.
     *
     * @param lease without which another process may have done the same work
     */
    Outcome during(Version version, Lease lease, Outcome.Work shipping) throws FailureException, InterruptedException {
        began(version.id());
        try {
            return shipping.outcome();
        } catch (FailureException e) {
            if (lease.held() && isOfTheArchive(e.failure().code())) {
                failed(version.path());
            }
            throw e;
        } finally {
            ended(version.id());
        }
    }

    private static boolean isOfTheArchive(ErrorCode code) {
        return !Breaker.NO_PUTS.contains(code) && !OF_THE_PROCESS.contains(code);
    }
}
