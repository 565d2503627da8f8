package org.heratio.offsite.encryptor;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyWork;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionWork;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds or makes the payload that a corrupt or missing copy is to be replaced by. The ledger decides, and not the message: a copy is repaired
 * when that is due, and only so often.
 */
public final class RepairHandler implements StageHandler<RepairRequested> {
    private static final Logger LOG = LoggerFactory.getLogger(RepairHandler.class);

    private final Payloads payloads;
    private final Copies copies;
    private final Leases leases;
    private final Sealer sealer;
    private final PayloadRebuilder rebuilder;
    private final PayloadRecorder recorder;
    private final RoomMaker room;
    private final boolean repair;
    private final Waiting waiting = new Waiting();

    /**
     * @param drivers the destinations of this installation
     * @param repair whether damaged copies are put right without being asked; else no message commands it
     */
    public RepairHandler(
            Ledger ledger, Collection<String> drivers, Sealer sealer, PayloadRebuilder rebuilder, boolean repair) {
        this.room = new RoomMaker(ledger, drivers, sealer.spool(), System::nanoTime);
        this.repair = repair;
        this.payloads = ledger.payloads();
        this.copies = ledger.copies();
        this.leases = ledger.leases();
        this.sealer = sealer;
        this.rebuilder = rebuilder;
        this.recorder = new PayloadRecorder(ledger.payloads(), ledger.copies(), ledger.pendingWork(), sealer.spool());
    }

    @Override
    public Outcome handle(RepairRequested event, Attempt attempt) throws FailureException, InterruptedException {
        long versionId = requireOurs(event).versionId();
        // two damaged copies of one version share its payload
        Optional<Leased<VersionWork>> leased = leases.ofVersion(versionId);
        if (leased.isEmpty()) {
            return waiting.forOther(versionId);
        }
        Lease held = leased.get().lease();
        return Outcome.under(held, () -> {
            Optional<CopyWork> work = leased.get().work().flatMap(found -> found.copy(event.copyId()));
            if (work.isEmpty() || !held.held()) {
                return waiting.forOther(versionId);
            }
            Copy copy = work.get().copy();
            return switch (copy.state()) {
                case CORRUPT, MISSING ->
                    repair && copy.isRepairable() ? repairWhenDue(work.get(), attempt) : Outcome.done(List.of());
                // a person asked for it to be shipped again meanwhile
                case PENDING -> Outcome.done(() -> recorder.followUps(versionId));
                case REPLICATED, VERIFIED, FAILED -> Outcome.done(List.of());
            };
        });
    }

    private Outcome repairWhenDue(CopyWork work, Attempt attempt) throws FailureException, InterruptedException {
        return work.isTooEarly()
                ? Outcome.tooEarly(work.dueInMillis())
                : waiting.unlessBusy(() -> repair(work, attempt));
    }

    private Copy requireOurs(RepairRequested event) throws FailureException {
        return copies.find(event.copyId())
                .filter(copy -> copy.driver().equals(event.driver()))
                .orElseThrow(() -> new FailureException(
                        ErrorCode.MESSAGE_FORGED,
                        "the ledger has no copy " + event.copyId() + " at " + event.driver(),
                        "nothing is repaired that is not in the ledger; look where this message comes from"));
    }

    private Outcome repair(CopyWork work, Attempt attempt) throws FailureException, InterruptedException {
        Copy copy = work.copy();
        Version version = work.version();
        Optional<Payload> payload = payloads.ofVersion(version.id());
        // an unencrypted copy never replaces an encrypted one; a passphrase counts as soon as it is set
        boolean encrypt = copy.encrypted() || sealer.encrypts(version) || (sealer.canEncrypt() && !copy.plain());
        if (payload.isPresent()
                && (payload.get().encrypted() || !encrypt)
                && rebuilder.intact(version, payload.get())) {
            return Outcome.done(List.of(ready(copy, payload.get())));
        }
        if (encrypt) {
            room.makeForRepair(copy, PayloadCipher.mostBytes(version.size()));
        }
        Sealing sealing = rebuilder.rebuild(version, encrypt, copy.id(), attempt.progress());
        if (sealing instanceof Sealing.NoRoom none) {
            return waiting.forRoom(version, none);
        }
        Sealing.Sealed sealed = (Sealing.Sealed) sealing;
        return Outcome.done(() -> {
            Optional<Payload> taken =
                    recorder.replace(payload, version.id(), sealed).payload();
            LOG.info("payload for repair ready archive={} copy={}", version.path(), copy.id());
            return taken.map(p -> List.<Event>of(ready(copy, p))).orElse(List.of());
        });
    }

    private static PayloadReady ready(Copy copy, Payload payload) {
        return new PayloadReady(copy.id(), payload.id(), copy.driver());
    }

    @Override
    public Subject subject(RepairRequested event) {
        try {
            return copies.find(event.copyId())
                            .filter(c -> c.driver().equals(event.driver()))
                            .isPresent()
                    ? Subject.copy(event.copyId())
                    : Subject.NONE;
        } catch (LedgerException e) {
            return Subject.copy(event.copyId());
        }
    }

    @Override
    public List<Event> giveUp(RepairRequested event, Failure failure) throws FailureException {
        Optional<Copy> copy = copies.find(event.copyId()).filter(c -> c.driver().equals(event.driver()));
        if (copy.isEmpty()) {
            return List.of();
        }
        switch (copy.get().state()) {
            case CORRUPT, MISSING -> copies.fail(event.copyId(), failure);
            case PENDING, REPLICATED, VERIFIED, FAILED -> {
                return List.of(); // ended otherwise meanwhile
            }
        }
        return List.of(new CopyFailed(event.copyId(), event.driver(), failure.code(), failure.oneLine()));
    }
}
