package org.heratio.offsite.encryptor;

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
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds or makes the payload that a corrupt or missing copy is to be replaced by. */
public final class RepairHandler implements StageHandler<RepairRequested> {
    private static final Logger LOG = LoggerFactory.getLogger(RepairHandler.class);

    private final Versions versions;
    private final Payloads payloads;
    private final Copies copies;
    private final Leases leases;
    private final Sealer sealer;
    private final PayloadRebuilder rebuilder;
    private final PayloadRecorder recorder;
    private final Waiting waiting = new Waiting();

    public RepairHandler(Ledger ledger, Sealer sealer, PayloadRebuilder rebuilder) {
        this.versions = ledger.versions();
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
        Optional<Lease> lease = leases.take("version:" + versionId);
        if (lease.isEmpty()) {
            return waiting.forOther(versionId);
        }
        Lease held = lease.get();
        return Outcome.under(held, () -> {
            Copy copy = requireOurs(event);
            if (!held.held()) {
                return waiting.forOther(versionId);
            }
            return switch (copy.state()) {
                case CORRUPT, MISSING -> waiting.unlessBusy(() -> repair(copy, attempt));
                // somebody asked for it to be shipped again meanwhile
                case PENDING -> Outcome.done(() -> recorder.followUps(versionId));
                case REPLICATED, VERIFIED, FAILED -> Outcome.done(List.of());
            };
        });
    }

    private Copy requireOurs(RepairRequested event) throws FailureException {
        return copies.find(event.copyId())
                .filter(copy -> copy.driver().equals(event.driver()))
                .orElseThrow(() -> new FailureException(
                        ErrorCode.MESSAGE_FORGED,
                        "the ledger has no copy " + event.copyId() + " at " + event.driver(),
                        "nothing is repaired that is not in the ledger; look where this message comes from"));
    }

    private Outcome repair(Copy copy, Attempt attempt) throws FailureException, InterruptedException {
        Version version = versions.find(copy.versionId())
                .orElseThrow(() -> new FailureException(
                        ErrorCode.LEDGER_REFUSED, "copy " + copy.id() + " belongs to no version in the ledger"));
        Optional<Payload> payload = payloads.ofVersion(version.id());
        // what was encrypted there is never replaced by something that is not; and a passphrase counts from when it is
        // set
        boolean encrypt = copy.encrypted() || sealer.encrypts(version) || (sealer.canEncrypt() && !copy.plain());
        if (payload.isPresent()
                && (payload.get().encrypted() || !encrypt)
                && rebuilder.intact(version, payload.get())) {
            return Outcome.done(List.of(ready(copy, payload.get())));
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
