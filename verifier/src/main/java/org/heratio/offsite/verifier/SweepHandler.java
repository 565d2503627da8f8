package org.heratio.offsite.verifier;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Proofs;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a sweep into one event for each copy that has to be read, so that any number of verifiers share them. Each message makes one page of
 * them, and asks for the next page: memory does not grow with the number of copies, and a crash repeats one page.
 */
public final class SweepHandler implements StageHandler<VerifyRequested> {

    private static final Logger LOG = LoggerFactory.getLogger(SweepHandler.class);
    private static final int PAGE = 500;

    private final Versions versions;
    private final Proofs proofs;
    private final Requests requests;
    private final Set<String> drivers;
    private final Predicate<String> down;
    private final AskedFor asked;
    private final int page;

    /**
     * @param drivers the destinations that are configured; copies elsewhere are skipped
     * @param down whether a destination is known to be down
     */
    public SweepHandler(
            Versions versions,
            Proofs proofs,
            Requests requests,
            Set<String> drivers,
            Predicate<String> down,
            AskedFor asked) {
        this(versions, proofs, requests, drivers, down, asked, PAGE);
    }

    /** @param page copies of one message */
    SweepHandler(
            Versions versions,
            Proofs proofs,
            Requests requests,
            Set<String> drivers,
            Predicate<String> down,
            AskedFor asked,
            int page) {
        this.versions = versions;
        this.proofs = proofs;
        this.requests = requests;
        this.drivers = Set.copyOf(drivers);
        this.down = down;
        this.asked = asked;
        this.page = page;
    }

    @Override
    public Subject subject(VerifyRequested event) {
        return Subject.NONE;
    }

    @Override
    public Outcome handle(VerifyRequested event, Attempt attempt) throws FailureException {
        LocalDate from = event.from() == null ? null : LocalDate.parse(event.from());
        SweepProgress progress = SweepProgress.of(event, asked.now());
        boolean requested = asked.isKnown(event.requestId());
        long until = requested ? progress.askedAt() : Math.min(progress.askedAt(), asked.provedSince() - 1);
        List<Copy> all = proofs.due(new Proofs.Sweep(event.all(), from, event.driver(), until), progress.place(), page);
        List<Copy> due =
                all.stream().filter(copy -> drivers.contains(copy.driver())).toList();
        return Outcome.done(() -> recordPage(event, requested, progress, all, due));
    }

    /** @param requested whether the ledger knows the request: else the sweep is one of the schedule's, or nobody's */
    private List<Event> recordPage(
            VerifyRequested event, boolean requested, SweepProgress progress, List<Copy> all, List<Copy> due)
            throws FailureException {
        int found = progress.found() + all.size();
        int skipped = progress.skipped() + all.size() - due.size();
        boolean last = all.size() < page;
        if (requested) {
            register(event.requestId(), due);
        }
        List<Copy> now = requested ? due : without(due, downNow(due, progress.place() == null));
        List<Event> events = new ArrayList<>(now.size() + 1);
        for (Copy copy : now) {
            events.add(new CopyDue(copy.id(), copy.driver(), progress.askedAt()));
        }
        if (!last) {
            events.add(progress.next(event, found, skipped, Proofs.Place.of(all.get(all.size() - 1))));
            return events;
        }
        if (skipped > 0) {
            LOG.warn("{} copies are not verified: their destinations are not configured any more", skipped);
        }
        if (requested) {
            requests.scanned(event.requestId(), found, skipped);
        }
        LOG.info("Sweep: {} copies to read", found - skipped);
        return events;
    }

    /** Returns the destinations that are down. Their messages from an earlier sweep are still queued, and more would pile up every day. */
    private Set<String> downNow(List<Copy> due, boolean first) {
        Set<String> found = due.stream().map(Copy::driver).filter(down).collect(Collectors.toSet());
        if (first && !found.isEmpty()) {
            LOG.warn("the sweep leaves out what is down: {}", found);
        }
        return found;
    }

    private static List<Copy> without(List<Copy> due, Set<String> left) {
        return due.stream().filter(copy -> !left.contains(copy.driver())).toList();
    }

    private void register(String requestId, List<Copy> due) throws FailureException {
        if (due.isEmpty()) {
            return;
        }
        Map<Long, Version> known =
                versions.find(due.stream().map(Copy::versionId).toList());
        requests.add(
                requestId,
                due.stream()
                        .map(copy -> item(copy, Optional.ofNullable(known.get(copy.versionId()))))
                        .toList());
    }

    private static RequestStatus.Item item(Copy copy, Optional<Version> version) {
        return new RequestStatus.Item(
                version.map(Version::path).orElse(copy.remotePath()),
                copy.versionId(),
                copy.id(),
                copy.driver(),
                version.map(Version::state).orElse(VersionState.SEALED),
                copy.state(),
                false,
                null,
                null,
                null,
                copy.remotePath(),
                copy.size());
    }

    /** The request stays open: one that looked finished would say that all copies are well. */
    @Override
    public List<Event> giveUp(VerifyRequested event, Failure failure) {
        return List.of();
    }
}
