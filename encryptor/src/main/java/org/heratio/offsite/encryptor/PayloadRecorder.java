package org.heratio.offsite.encryptor;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.ledger.SealResult;
import org.heratio.offsite.ledger.SealedPayload;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.PendingEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the ledger of payloads, and says what has to be published then. Everything here may be repeated. */
final class PayloadRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadRecorder.class);

    private final Payloads payloads;
    private final Copies copies;
    private final PendingWork pendingWork;
    private final Spool spool;

    PayloadRecorder(Payloads payloads, Copies copies, PendingWork pendingWork, Spool spool) {
        this.payloads = payloads;
        this.copies = copies;
        this.pendingWork = pendingWork;
        this.spool = spool;
    }

    /**
     * Records a payload; removes its file again when the version has another one already, or wants none any more.
     *
     * @return what the version has now, and what is to be done for it
     */
    SealResult record(long versionId, Sealing.Sealed sealed) throws FailureException {
        SealResult result = tell(versionId, sealed);
        // refused: perhaps because an earlier try of this very call was taken, and only its answer was lost
        Optional<Payload> now = result.payload();
        if (sealed.spoolFile().isEmpty()) {
            return result;
        }
        if (now.filter(p -> p.spoolFile().equals(sealed.spoolFile())).isPresent()) {
            spool.recorded(sealed.spoolFile());
        } else {
            LOG.debug("version={} needs no payload any more, {} is removed", versionId, sealed.spoolFile());
            spool.remove(sealed.spoolFile());
        }
        return result;
    }

    private SealResult tell(long versionId, Sealing.Sealed sealed) throws FailureException {
        try {
            return payloads.record(
                    versionId,
                    new SealedPayload(
                            sealed.sha256(),
                            sealed.spoolFile(),
                            sealed.payloadSha256(),
                            sealed.payloadSize(),
                            sealed.encrypted(),
                            sealed.unchecked()));
        } catch (LedgerException e) {
            if (e.failure().kind() == FailureKind.PERMANENT) {
                // nobody will ask for this file again
                spool.remove(sealed.spoolFile());
            }
            throw e;
        }
    }

    /** Records a payload in place of one that is of no use any more. */
    SealResult replace(Optional<Payload> useless, long versionId, Sealing.Sealed sealed) throws FailureException {
        if (useless.isPresent()) {
            LOG.warn("its payload was gone or damaged and was made anew, version={}", versionId);
            payloads.delete(useless.get().id());
            if (!useless.get().passesThrough()) {
                spool.remove(useless.get().spoolFile());
            }
        }
        return record(versionId, sealed);
    }

    /**
     * A message for each copy of the version that waits to be shipped, and for each that was shipped and waits to be proved: whoever
     * shipped it may have died with its messages. For a version whose payload was recorded before.
     */
    List<Event> followUps(long versionId) throws LedgerException {
        return PendingEvents.of(pendingWork.ofVersion(versionId, driversOf(versionId)).stream()
                .filter(work -> work.kind() == PendingTask.Kind.UPLOAD || work.kind() == PendingTask.Kind.VERIFY)
                .toList());
    }

    /** The destinations that a version has, or is to have, a copy at. */
    Set<String> driversOf(long versionId) throws LedgerException {
        Set<String> drivers = new TreeSet<>();
        for (Copy copy : copies.ofVersion(versionId)) {
            drivers.add(copy.driver());
        }
        return drivers;
    }
}
