package org.heratio.offsite.encryptor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.event.ArchiveFailed;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.SealResult;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.VersionWork;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.PendingEvents;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a payload of an archive that has settled. */
public final class SealHandler implements StageHandler<ArchiveSettled> {
    private static final Logger LOG = LoggerFactory.getLogger(SealHandler.class);

    private static final Failure UNWANTED = new Failure(
            ErrorCode.SPOOL_FULL,
            "its payload made room for other archives, and is made again when its destination takes copies",
            "look at the destination: 'offsite doctor'");

    private final Versions versions;
    private final Payloads payloads;
    private final Copies copies;
    private final Leases leases;
    private final SameBytesCheck sameBytes;
    private final Sealer sealer;
    private final PayloadRebuilder rebuilder;
    private final PayloadRecorder recorder;
    private final SealTurns turns;
    private final RoomMaker room;
    private final Waiting waiting = new Waiting();

    /** @param drivers the destinations of this installation */
    public SealHandler(Ledger ledger, Collection<String> drivers, Sealer sealer, PayloadRebuilder rebuilder) {
        this.room = new RoomMaker(ledger, drivers, sealer.spool(), System::nanoTime);
        this.turns = new SealTurns(ledger.pendingWork(), drivers, System::nanoTime);
        this.versions = ledger.versions();
        this.payloads = ledger.payloads();
        this.copies = ledger.copies();
        this.leases = ledger.leases();
        this.sameBytes = new SameBytesCheck(ledger.knownBytes(), sealer);
        this.sealer = sealer;
        this.rebuilder = rebuilder;
        this.recorder = new PayloadRecorder(ledger.payloads(), ledger.copies(), ledger.pendingWork(), sealer.spool());
    }

    /** Returns the archive whose turn it is: a directory full of broken ones does not keep the others waiting. */
    @Override
    public ArchiveSettled inTurn(ArchiveSettled event) throws FailureException {
        return turns.inTurn(event);
    }

    @Override
    public Outcome handle(ArchiveSettled event, Attempt attempt) throws FailureException, InterruptedException {
        turns.began(event.versionId());
        try {
            return take(event, attempt);
        } finally {
            turns.ended(event.versionId());
        }
    }

    private Outcome take(ArchiveSettled event, Attempt attempt) throws FailureException, InterruptedException {
        Optional<Leased<VersionWork>> leased = leases.ofVersion(event.versionId());
        if (leased.isEmpty()) {
            return waiting.forOther(event.versionId());
        }
        Lease held = leased.get().lease();
        return Outcome.under(held, () -> {
            VersionWork work = requireOurs(event, leased.get().work());
            if (!held.held()) {
                return waiting.forOther(event.versionId());
            }
            boolean wentFirst = turns.wentFirst(event.versionId(), attempt);
            if (wentFirst && work.version().state() == VersionState.SETTLED && work.isTooEarly()) {
                return Outcome.later(Duration.ofMillis(work.dueInMillis()), "it was tried before its message");
            }
            if (work.isTooEarly()) {
                return Outcome.tooEarly(work.dueInMillis());
            }
            return switch (work.version().state()) {
                case SETTLED -> waiting.unlessBusy(() -> sealUnlessKnown(work, attempt));
                // what follows was published with the message that gave its turn away
                case SEALED -> wentFirst ? Outcome.done(List.of()) : waiting.unlessBusy(() -> ship(work, attempt));
                case FAILED, SUPERSEDED -> Outcome.done(List.of());
            };
        });
    }

    private static VersionWork requireOurs(ArchiveSettled event, Optional<VersionWork> found) throws FailureException {
        return found.filter(work -> work.version().path().equals(event.path()))
                .orElseThrow(() -> new FailureException(
                        ErrorCode.MESSAGE_FORGED,
                        "the ledger has no version " + event.versionId() + " of " + event.path(),
                        "nothing is shipped that is not in the ledger; look where this message comes from"));
    }

    private Outcome sealUnlessKnown(VersionWork work, Attempt attempt) throws FailureException, InterruptedException {
        return switch (sameBytes.look(work, attempt.progress())) {
            case SERVED -> {
                turns.wasGood(work.version().path());
                yield Outcome.done(List.of());
            }
            case UNKNOWN -> seal(work, attempt);
            case CHANGED -> settleAgain(work, "it changed while it was read");
        };
    }

    private Outcome seal(VersionWork work, Attempt attempt) throws FailureException, InterruptedException {
        Version version = work.version();
        if (sealer.encrypts(version) && work.copies().stream().anyMatch(SealHandler::waitsInClear)) {
            LOG.warn(
                    "--no-encryption is not heeded: another destination waits for the same payload, archive={}",
                    version.path());
        }
        if (sealer.encrypts(version)) {
            room.makeFor(work.copies(), PayloadCipher.mostBytes(version.size()));
        }
        Sealing sealing = sealer.seal(version, attempt.progress());
        if (sealing instanceof Sealing.Sealed sealed) {
            refuseOtherBytes(work, sealed);
            return sealed(version, Optional.empty(), sealed);
        }
        return sealing instanceof Sealing.NoRoom none
                ? waiting.forRoom(version, none)
                : settleAgain(work, ((Sealing.Changed) sealing).why());
    }

    private static boolean waitsInClear(Copy copy) {
        return copy.state() == CopyState.PENDING && copy.plain();
    }

    /**
     * Refuses an archive whose bytes went bad without a trace: it would be shipped under the name of its copy, and replace the last good
     * one.
     */
    private void refuseOtherBytes(VersionWork work, Sealing.Sealed sealed) throws FailureException {
        Version version = work.version();
        String shipped = version.sha256();
        if (shipped == null
                || shipped.equals(sealed.sha256())
                || work.copies().stream().noneMatch(Copy::shipped)) {
            return;
        }
        if (!sealed.spoolFile().isEmpty()) {
            sealer.spool().remove(sealed.spoolFile());
        }
        throw new FailureException(
                ErrorCode.ARCHIVE_DAMAGED,
                version.path() + " has SHA-256 " + sealed.sha256() + ", and had " + shipped
                        + " when it was shipped, with the same size and modification time",
                "the copy off-site is left as it is: 'offsite restore' gets it back."
                        + " If what is here now is right, the next scan ships it as a version of its own; touch the file if"
                        + " it does not");
    }

    private Outcome sealed(Version version, Optional<Payload> useless, Sealing.Sealed sealed) {
        return Outcome.done(() -> {
            SealResult result = recorder.replace(useless, version.id(), sealed);
            turns.wasGood(version.path());
            LOG.info(
                    "sealed {} bytes{} archive={} version={}",
                    sealed.payloadSize(),
                    sealed.encrypted() ? ", encrypted" : "",
                    version.path(),
                    version.id());
            return PendingEvents.of(result.tasks());
        });
    }

    private Outcome settleAgain(VersionWork work, String why) {
        Version version = work.version();
        return Outcome.done(() -> {
            versions.supersede(version.id());
            LOG.info("settles again, {} archive={} version={}", why, version.path(), version.id());
            List<String> drivers = work.copies().stream().map(Copy::driver).toList();
            return drivers.isEmpty()
                    ? List.of()
                    // not plain: only the request of a person may ask for that
                    : List.of(new ScanRequested("", ScanReason.RESCAN, drivers, false, false, false));
        });
    }

    /** Publishes the work on a sealed version again, and makes its payload again if that is lost: both may be. */
    private Outcome ship(VersionWork work, Attempt attempt) throws FailureException, InterruptedException {
        Version version = work.version();
        Optional<Payload> payload = payloads.ofVersion(version.id());
        if (payload.isPresent()
                && sealer.permits(version, payload.get())
                && rebuilder.present(version, payload.get())) {
            return Outcome.done(() -> recorder.followUps(version.id()));
        }
        if (work.copies().stream().noneMatch(copy -> copy.state() == CopyState.PENDING)) {
            return Outcome.done(List.of());
        }
        if (payload.isEmpty() && !room.isWanted(work.copies())) {
            return Outcome.later(RoomMaker.UNTIL_TAKEN, UNWANTED);
        }
        if (sealer.canEncrypt()) {
            room.makeFor(work.copies(), PayloadCipher.mostBytes(version.size()));
        }
        Sealing sealing = rebuilder.rebuild(version, sealer.encrypts(version), 0, attempt.progress());
        return sealing instanceof Sealing.Sealed sealed
                ? sealed(version, payload, sealed)
                : waiting.forRoom(version, (Sealing.NoRoom) sealing);
    }

    @Override
    public Subject subject(ArchiveSettled event) {
        try {
            // a forged message must not put its failures down to an archive
            return versions.find(event.versionId())
                            .filter(v -> v.path().equals(event.path()))
                            .isPresent()
                    ? Subject.version(event.versionId())
                    : Subject.NONE;
        } catch (LedgerException e) {
            return Subject.version(event.versionId());
        }
    }

    @Override
    public List<Event> giveUp(ArchiveSettled event, Failure failure) throws FailureException {
        Optional<Version> version =
                versions.find(event.versionId()).filter(v -> v.path().equals(event.path()));
        if (version.isEmpty()) {
            // a forged message must not be able to fail an archive
            return List.of();
        }
        versions.fail(event.versionId(), failure);
        turns.failed(event.path());
        Version now = versions.find(event.versionId()).orElse(version.get());
        if (now.state() == VersionState.SEALED) {
            return failPendingCopies(now, failure);
        }
        return List.of(new ArchiveFailed(event.versionId(), event.path(), failure.code(), failure.oneLine()));
    }

    private List<Event> failPendingCopies(Version version, Failure failure) throws FailureException {
        List<Event> events = new ArrayList<>();
        for (Copy copy : copies.ofVersion(version.id())) {
            if (copy.state() == CopyState.PENDING && copies.fail(copy.id(), failure)) {
                events.add(new CopyFailed(copy.id(), copy.driver(), failure.code(), failure.oneLine()));
            }
        }
        return events;
    }
}
