package org.heratio.offsite.verifier;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.CopyWork;
import org.heratio.offsite.ledger.HeratioClaims;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a copy back from its destination and says what it is: intact, corrupt or missing. When the destination cannot
 * tell, that is a failed attempt and no verdict, and what was proved before stays.
 *
 * @param <E> what asks for the check
 */
public final class CheckHandler<E extends Event> implements StageHandler<E> {

    private static final Logger LOG = LoggerFactory.getLogger(CheckHandler.class);
    private static final Duration WHEN_LEASED = Duration.ofSeconds(30);

    private final Requests requests;
    private final HeratioClaims claims;
    private final Leases leases;
    private final String installationId;
    private final Destination destination;
    private final VerdictRecorder verdicts;
    private final AskedFor asked;
    private final Breaks breaks;
    private final Function<E, Wanted> wanted;

    /**
     * @param again whether a copy that is proved may have to be read again
     * @param askedAt {@link CopyDue#askedAt}
     */
    private record Wanted(
            long copyId,
            String driver,
            boolean again,
            @Nullable Long askedAt) {}

    private CheckHandler(
            Ledger ledger, Destination destination, boolean repair, AskedFor asked, Function<E, Wanted> wanted) {
        this.requests = ledger.requests();
        this.claims = ledger.claims();
        this.leases = ledger.leases();
        this.installationId = ledger.installationId();
        this.destination = destination;
        this.verdicts = new VerdictRecorder(ledger, repair);
        this.asked = asked;
        this.breaks = new Breaks(() -> Instant.ofEpochMilli(asked.now()));
        this.wanted = wanted;
    }

    /**
     * Checks copies that were shipped just now.
     *
     * @param repair whether damaged copies are put right without being asked
     * @param asked the same for all handlers of a process
     */
    public static CheckHandler<CopyReplicated> ofNewCopies(
            Ledger ledger, Destination destination, boolean repair, AskedFor asked) {
        return new CheckHandler<>(
                ledger, destination, repair, asked, event -> new Wanted(event.copyId(), event.driver(), false, null));
    }

    /** Checks the copies of a sweep; parameters as {@link #ofNewCopies}. */
    public static CheckHandler<CopyDue> ofSweeps(
            Ledger ledger, Destination destination, boolean repair, AskedFor asked) {
        return new CheckHandler<>(
                ledger,
                destination,
                repair,
                asked,
                event -> new Wanted(event.copyId(), event.driver(), true, event.askedAt()));
    }

    @Override
    public Subject subject(E event) {
        return Subject.copy(wanted.apply(event).copyId());
    }

    @Override
    public Outcome handle(E event, Attempt attempt) throws FailureException, InterruptedException {
        Wanted want = wanted.apply(event);
        // the uploader's lease: a copy must not change while it is read
        Optional<Leased<CopyWork>> leased = leases.ofCopy(want.copyId());
        if (leased.isEmpty()) {
            return workedOnElsewhere(want);
        }
        Lease held = leased.get().lease();
        return Outcome.under(held, () -> {
            Copy copy = requireOurs(want, leased.get().work().map(CopyWork::copy));
            return held.held() ? decide(copy, want, attempt) : workedOnElsewhere(want);
        });
    }

    private static Outcome workedOnElsewhere(Wanted want) {
        return Outcome.later(WHEN_LEASED, "copy " + want.copyId() + " is being worked on elsewhere");
    }

    private Copy requireOurs(Wanted want, Optional<Copy> copy) throws FailureException {
        boolean here = want.driver().equals(destination.driver());
        if (!here || copy.isEmpty() || !copy.get().driver().equals(want.driver())) {
            throw new FailureException(
                    ErrorCode.MESSAGE_FORGED,
                    "copy " + want.copyId() + " at " + want.driver() + " is not in the ledger"
                            + (here ? "" : ", and its message came to " + destination.driver()),
                    "look who publishes to the broker, and whether all processes have the same ledger");
        }
        return copy.get();
    }

    private Outcome decide(Copy copy, Wanted want, Attempt attempt) throws FailureException, InterruptedException {
        return switch (copy.state()) {
            // it is shipped (again) first, and checked after that
            case PENDING -> Outcome.done(List.of());
            // what could not be shipped again may still lie there as it was shipped before
            case FAILED ->
                copy.shipped()
                        ? checkUnproved(copy, attempt)
                        : unverifiable(copy, "it was never shipped: " + copy.error());
            case VERIFIED ->
                !want.again() || asked.isProved(copy, want.askedAt())
                        ? Outcome.done(() -> verdicts.provedBefore(copy))
                        : check(copy, attempt);
            case REPLICATED, CORRUPT, MISSING -> checkUnproved(copy, attempt);
        };
    }

    private Outcome checkUnproved(Copy copy, Attempt attempt) throws FailureException, InterruptedException {
        if (!asked.mayRead(copy)) {
            LOG.debug("copy={} driver={} was read within the hour, and nobody asked for it", copy.id(), copy.driver());
            return Outcome.done(List.of());
        }
        Outcome outcome = check(copy, attempt);
        return outcome instanceof Outcome.Done done ? Outcome.done(() -> ended(copy, done)) : outcome;
    }

    /** A verdict that the ledger did not take has to be found again: the check ends only after it is recorded. */
    private List<Event> ended(Copy copy, Outcome.Done done) throws FailureException {
        List<Event> events = done.step().record();
        asked.ended(copy);
        return events;
    }

    private Outcome check(Copy copy, Attempt attempt) throws FailureException, InterruptedException {
        String sha256 = copy.sha256();
        if (sha256 == null) {
            return withoutHash(copy);
        }
        CopyReader.Finding finding = readOrJudge(copy, sha256, attempt);
        return switch (finding.verdict()) {
            case INTACT -> Outcome.done(() -> verdicts.proved(copy, copy.size(), sha256));
            case CORRUPT -> corrupt(copy, finding, attempt);
            case MISSING -> damaged(copy, CopyState.MISSING, finding);
            case ARCHIVED -> Outcome.done(() -> verdicts.archived(copy, finding));
            case UNREACHABLE, UNVERIFIABLE -> throw new IllegalStateException(finding.verdict() + " is no finding");
        };
    }

    private CopyReader.Finding readOrJudge(Copy copy, String sha256, Attempt attempt)
            throws FailureException, InterruptedException {
        try {
            CopyReader.Finding finding = read(copy, copy.size(), sha256, attempt);
            breaks.ended(copy);
            return finding;
        } catch (BrokenOffException e) {
            return breaks.judge(copy, destination, e);
        }
    }

    /** Compares name and size of a copy that Heratio recorded without a hash. Nothing more is known of it. */
    private Outcome withoutHash(Copy copy) throws FailureException, InterruptedException {
        Optional<Occupant> there = destination.look(nameOf(copy));
        if (there.isEmpty()) {
            return damaged(copy, CopyState.MISSING, new CopyReader.Finding(Verdict.MISSING, "nothing is there"));
        }
        if (there.get().belongsToAnother(installationId)) {
            return displaced(copy, there.get());
        }
        if (there.get().copy().size() != copy.size()) {
            String wrong = "it has " + there.get().copy().size() + " bytes instead of " + copy.size();
            return damaged(copy, CopyState.CORRUPT, new CopyReader.Finding(Verdict.CORRUPT, wrong));
        }
        return unverifiable(
                copy,
                "its SHA-256 is not known, so nothing can prove it; while its archive is here, 'offsite replicate --force'"
                        + " ships the archive again beside it; once the new copy is verified, nobody asks for a proof of"
                        + " this one");
    }

    /** The bytes there are another installation's, so that this copy is nowhere. */
    private Outcome displaced(Copy copy, Occupant there) {
        String other = Objects.requireNonNull(there.tag()).installation();
        return damaged(
                copy,
                CopyState.MISSING,
                new CopyReader.Finding(
                        Verdict.MISSING, "a copy of another installation, " + other + ", is at its name"));
    }

    private CopyReader.Finding read(Copy copy, long size, String sha256, Attempt attempt)
            throws FailureException, InterruptedException {
        return new CopyReader(destination)
                .read(
                        nameOf(copy),
                        size,
                        sha256,
                        read -> attempt.progress().report(copy.versionId(), copy.driver(), read, size));
    }

    /** Other bytes than ours may be those of another installation, or of Heratio, which ships under the same names. */
    private Outcome corrupt(Copy copy, CopyReader.Finding finding, Attempt attempt)
            throws FailureException, InterruptedException {
        Optional<Occupant> there = destination.look(nameOf(copy));
        if (there.isPresent() && there.get().belongsToAnother(installationId)) {
            return displaced(copy, there.get());
        }
        Optional<ReplicationRow> row = claims.overwritten(copy.id());
        if (row.isPresent()) {
            long size = row.get().sizeBytes();
            String sha256 = String.valueOf(row.get().sha256());
            if (read(copy, size, sha256, attempt).verdict() == Verdict.INTACT) {
                return Outcome.done(() -> {
                    // false when this is repeated
                    claims.reclaimed(copy, row.get());
                    return verdicts.proved(copy, size, sha256);
                });
            }
        }
        return damaged(copy, CopyState.CORRUPT, finding);
    }

    private String nameOf(Copy copy) throws FailureException {
        try {
            return destination.nameOf(copy.remotePath());
        } catch (IllegalArgumentException e) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    copy.remotePath() + " is not at the destination " + copy.driver() + " as it is configured now",
                    "configure the path or prefix that it was shipped to, or ship it again with --force",
                    e);
        }
    }

    private Outcome damaged(Copy copy, CopyState state, CopyReader.Finding finding) {
        return Outcome.done(() -> verdicts.damaged(copy, state, finding));
    }

    private Outcome unverifiable(Copy copy, String why) {
        LOG.warn("copy={} driver={} at {} cannot be verified: {}", copy.id(), copy.driver(), copy.remotePath(), why);
        return Outcome.done(() -> verdicts.unverifiable(copy, why));
    }

    /** An outage, however long, changes nothing of what was proved. */
    @Override
    public List<Event> giveUp(E event, Failure failure) throws FailureException {
        if (failure.code() != ErrorCode.MESSAGE_FORGED) {
            requests.checked(wanted.apply(event).copyId(), Verdict.UNREACHABLE.name(), failure.oneLine());
        }
        return List.of();
    }
}
