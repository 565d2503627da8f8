package org.heratio.offsite.operations.deadletters;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that the ledger calls failed, and that a replayed message is to do. Blocks. */
final class FailedLedgerWork {
    private static final Logger LOG = LoggerFactory.getLogger(FailedLedgerWork.class);

    private final EventCodec codec;
    private final Ledger ledger;

    FailedLedgerWork(EventCodec codec, Ledger ledger) {
        this.codec = codec;
        this.ledger = ledger;
    }

    /** Requeues in the ledger: a stage does nothing for what the ledger calls failed. */
    void requeue(Envelope envelope) throws FailureException {
        Event event;
        try {
            event = codec.decode(envelope);
        } catch (FailureException e) {
            LOG.warn(
                    "message {} comes back, unless a newer stage takes it: {}",
                    envelope.id(),
                    e.failure().reason());
            return;
        }
        if (event instanceof ArchiveSettled settled) {
            requeueVersion(settled.versionId());
        } else if (event instanceof PayloadReady ready) {
            requeueCopy(ready.copyId());
        } else if (event instanceof RepairRequested repair) {
            requeueCopy(repair.copyId());
        }
    }

    private void requeueVersion(long versionId) throws FailureException {
        Optional<Version> version = ledger.versions().find(versionId);
        if (version.isPresent()) {
            note(version.get().path(), versionId, 0, "");
            Map<Boolean, List<String>> failed = ledger.copies().ofVersion(versionId).stream()
                    .filter(copy -> copy.state() == CopyState.FAILED)
                    .collect(Collectors.partitioningBy(
                            Copy::plain, Collectors.mapping(Copy::driver, Collectors.toList())));
            for (boolean plain : List.of(false, true)) {
                List<String> drivers = failed.getOrDefault(plain, List.of());
                if (version.get().state() == VersionState.FAILED || !drivers.isEmpty()) {
                    ledger.versions().requeue(versionId, drivers, false, plain);
                }
            }
        }
    }

    /** Records that a person replays a message: for the ledger, the work is only queued again. */
    private void note(String path, long versionId, long copyId, String driver) throws FailureException {
        ledger.journal()
                .append(new JournalEntry(
                        0,
                        0,
                        path,
                        versionId,
                        copyId,
                        driver,
                        JournalEntry.Kind.REPLAYED,
                        "",
                        null,
                        "from a dead queue"));
    }

    private void requeueCopy(long copyId) throws FailureException {
        Optional<Copy> copy = ledger.copies().find(copyId).filter(c -> c.state() == CopyState.FAILED);
        if (copy.isPresent()) {
            long versionId = copy.get().versionId();
            note(
                    ledger.versions().find(versionId).map(Version::path).orElse(""),
                    versionId,
                    copyId,
                    copy.get().driver());
            ledger.versions()
                    .requeue(
                            copy.get().versionId(),
                            List.of(copy.get().driver()),
                            false,
                            copy.get().plain());
        }
    }
}
