package org.heratio.offsite.uploader;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyWork;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.process.ProcessIdentity;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ships payloads to one destination. Any number of threads and processes may do so: a lease keeps two from shipping one copy at
 * the same time, and what was noted in the ledger before the first byte tells a later try what an earlier one left.
 */
public final class UploadHandler implements StageHandler<PayloadReady> {

    private static final Logger LOG = LoggerFactory.getLogger(UploadHandler.class);
    private static final Duration WHEN_LEASED = Duration.ofSeconds(30);
    private static final int REFUSALS = 5;

    private final Payloads payloads;
    private final Copies copies;
    private final Leases leases;
    private final String installationId;
    private final Destination destination;
    private final PayloadSource source;
    private final PayloadFailures failures;
    private final NameChoice names;
    private final UploadTurns turns;
    private final boolean repair;

    /** @param repair whether damaged copies are put right without being asked; else no message commands it */
    public UploadHandler(Ledger ledger, Destination destination, Spool spool, BackupDirectory backups, boolean repair) {
        this.repair = repair;
        this.payloads = ledger.payloads();
        this.copies = ledger.copies();
        this.leases = ledger.leases();
        this.installationId = ledger.installationId();
        this.destination = destination;
        this.turns = new UploadTurns(ledger, destination.driver(), System::nanoTime);
        this.source = new PayloadSource(spool, backups);
        this.failures = new PayloadFailures(payloads, copies, source);
        Installation self = Installation.of(installationId, ProcessIdentity.hostName(), backups.root());
        this.names = new NameChoice(copies, destination, new Neighbours(destination, self, ledger.view()));
    }

    @Override
    public Subject subject(PayloadReady event) {
        return Subject.copy(event.copyId());
    }

    /** Returns the upload whose turn it is: neither many archives of one kind nor those whose puts fail keep the others waiting. */
    @Override
    public PayloadReady inTurn(PayloadReady event) throws FailureException {
        return turns.inTurn(event);
    }

    @Override
    public Outcome handle(PayloadReady event, Attempt attempt) throws FailureException, InterruptedException {
        Optional<Leased<CopyWork>> leased = leases.ofCopy(event.copyId());
        if (leased.isEmpty()) {
            return workedOnElsewhere(event);
        }
        Lease held = leased.get().lease();
        return Outcome.under(held, () -> {
            CopyWork work = requireOurs(event, leased.get().work());
            return held.held() ? decide(work, held, event, attempt) : workedOnElsewhere(event);
        });
    }

    private static Outcome workedOnElsewhere(PayloadReady event) {
        return Outcome.later(WHEN_LEASED, "copy " + event.copyId() + " is being worked on elsewhere");
    }

    private CopyWork requireOurs(PayloadReady event, Optional<CopyWork> found) throws FailureException {
        CopyWork work = found.orElseThrow(() -> forged("copy " + event.copyId() + " is not in the ledger"));
        Copy copy = work.copy();
        if (!event.driver().equals(destination.driver())) {
            throw forged("the message is for " + event.driver() + ", and came to " + destination.driver());
        }
        if (!copy.driver().equals(destination.driver())) {
            throw forged("copy " + copy.id() + " belongs to " + copy.driver() + ", not to " + destination.driver());
        }
        return work;
    }

    private static FailureException forged(String reason) {
        return new FailureException(
                ErrorCode.MESSAGE_FORGED,
                reason,
                "look who publishes to the broker, and whether all processes have the same ledger");
    }

    private Outcome decide(CopyWork work, Lease lease, PayloadReady event, Attempt attempt)
            throws FailureException, InterruptedException {
        Copy copy = work.copy();
        Version version = work.version();
        Payload payload = work.payload();
        if ((payload == null || payload.id() != event.payloadId())
                && payloads.find(event.payloadId())
                        .filter(other -> other.versionId() != version.id())
                        .isPresent()) {
            throw forged("payload " + event.payloadId() + " is not one of " + version.path());
        }
        if (attempt.ahead() && hasFailed(copy)) {
            return Outcome.done(List.of());
        }
        boolean wentFirst = turns.wentFirst(version.id(), attempt);
        return switch (copy.state()) {
            // what follows was published with the message that gave its turn away
            case REPLICATED, VERIFIED -> Outcome.done(wentFirst ? List.of() : List.of(replicated(copy)));
            case FAILED -> Outcome.done(List.of());
            case PENDING -> shipWhenDue(work, lease, attempt, wentFirst);
            case CORRUPT, MISSING ->
                repair && copy.isRepairable() ? shipWhenDue(work, lease, attempt, wentFirst) : Outcome.done(List.of());
        };
    }

    /** Returns whether a copy is left to the message of its own, which knows the attempt. */
    private static boolean hasFailed(Copy copy) {
        return copy.errorCode() != null && !copy.errorCode().equals(ErrorCode.ARCHIVE_BUSY.name());
    }

    /** A message that comes before the time that the ledger has for the next attempt ships nothing. */
    private Outcome shipWhenDue(CopyWork work, Lease lease, Attempt attempt, boolean wentFirst)
            throws FailureException, InterruptedException {
        if (work.isTooEarly()) {
            return wentFirst
                    ? Outcome.later(Duration.ofMillis(work.dueInMillis()), "it was tried before its message")
                    : Outcome.tooEarly(work.dueInMillis());
        }
        Version version = work.version();
        Payload payload = work.payload();
        // an old message may name a payload that was sealed again since: what the ledger has now counts
        return payload != null
                ? turns.during(version, lease, () -> ship(work.copy(), version, payload, attempt))
                : failures.sealAgain(work.copy(), version, "");
    }

    private Outcome ship(Copy copy, Version version, Payload payload, Attempt attempt)
            throws FailureException, InterruptedException {
        try (HeldFile file = source.open(version, payload)) {
            Optional<String> remotePath = put(copy, version, payload, file.path(), attempt);
            if (remotePath.isEmpty()) {
                return Outcome.done(List.of()); // ended meanwhile; what is still open is published again
            }
            failures.ended(copy.id(), payload.id());
            return Outcome.done(() -> recordReplicated(copy, version, remotePath.get(), payload));
        } catch (FailureException e) {
            return failures.handle(copy, version, payload, e);
        }
    }

    /** Returns where the payload is now, or empty when the ledger wants it there no longer. A name that is lost to another is given up for the next. */
    private Optional<String> put(Copy copy, Version version, Payload payload, Path file, Attempt attempt)
            throws FailureException, InterruptedException {
        Set<String> refused = new HashSet<>();
        while (true) {
            NameChoice.Target target = names.choose(copy, version, payload, refused);
            String remotePath = destination.remotePath(target.name());
            PutRequest request = request(copy, version, payload, file, target, attempt);
            if (target.alreadyThere()) {
                // the earlier try may have got no further than to the bytes
                destination.accept(request);
                return Optional.of(remotePath);
            }
            if (!copies.recordPendingPut(copy.id(), remotePath, payload)) {
                return Optional.empty();
            }
            try {
                destination.put(request);
                return Optional.of(remotePath);
            } catch (FailureException e) {
                if (e.failure().code() != ErrorCode.DESTINATION_NAME_TAKEN || refused.size() == REFUSALS) {
                    throw e;
                }
                LOG.warn(
                        "copy={} driver={}: {}; it gets another name",
                        copy.id(),
                        copy.driver(),
                        e.failure().oneLine());
                refused.add(target.name());
            }
        }
    }

    private PutRequest request(
            Copy copy, Version version, Payload payload, Path file, NameChoice.Target target, Attempt attempt) {
        return new PutRequest(
                target.name(),
                file,
                payload.size(),
                payload.sha256(),
                installationId,
                TransferId.of(copy.id(), version, payload).toString(),
                target.replacesUntagged(),
                sent -> attempt.progress().report(version.id(), destination.driver(), sent, payload.size()));
    }

    private List<Event> recordReplicated(Copy copy, Version version, String remotePath, Payload payload)
            throws FailureException {
        boolean recorded = copies.replicated(copy.id(), remotePath, payload);
        if (recorded) {
            turns.wasGood(version.path());
            LOG.info(
                    "Shipped archive={} version={} copy={} driver={} as {} ({} bytes)",
                    version.path(),
                    version.id(),
                    copy.id(),
                    copy.driver(),
                    remotePath,
                    payload.size());
            if (copy.shipped() && !copy.remotePath().equals(remotePath)) {
                LOG.warn(
                        "copy={} driver={} has a new name; what is at its former name, {}, stays there",
                        copy.id(),
                        copy.driver(),
                        copy.remotePath());
            }
        }
        // not recorded: it was before, and the answer was lost, or somebody else ended it
        return recorded
                        || copies.find(copy.id())
                                .filter(UploadHandler::isShipped)
                                .isPresent()
                ? List.of(replicated(copy))
                : List.of();
    }

    private static boolean isShipped(Copy copy) {
        return switch (copy.state()) {
            case REPLICATED, VERIFIED -> true;
            case PENDING, CORRUPT, MISSING, FAILED -> false;
        };
    }

    private static CopyReplicated replicated(Copy copy) {
        return new CopyReplicated(copy.id(), copy.driver());
    }

    @Override
    public List<Event> giveUp(PayloadReady event, Failure failure) throws FailureException {
        Optional<Copy> copy = copies.find(event.copyId());
        boolean ours = failure.code() != ErrorCode.MESSAGE_FORGED
                && copy.isPresent()
                && copy.get().driver().equals(destination.driver());
        if (!ours || isShipped(copy.get())) {
            return List.of();
        }
        copies.fail(event.copyId(), failure);
        failures.ended(event.copyId(), event.payloadId());
        return List.of(new CopyFailed(event.copyId(), event.driver(), failure.code(), failure.reason()));
    }
}
