package org.heratio.offsite.verifier;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a sweep into one event for each copy that has to be read, so that any number of verifiers share them. */
public final class SweepHandler implements StageHandler<VerifyRequested> {

    private static final Logger LOG = LoggerFactory.getLogger(SweepHandler.class);
    private static final int ITEMS_AT_ONCE = 500;

    private final Ledger ledger;
    private final Set<String> drivers;

    /**
     * @param drivers the destinations that are configured; copies elsewhere are skipped
     */
    public SweepHandler(Ledger ledger, Set<String> drivers) {
        this.ledger = ledger;
        this.drivers = Set.copyOf(drivers);
    }

    @Override
    public Subject subject(VerifyRequested event) {
        return Subject.NONE;
    }

    @Override
    public Outcome handle(VerifyRequested event, Attempt attempt) throws FailureException {
        LocalDate from = event.from() == null ? null : LocalDate.parse(event.from());
        List<Copy> all = ledger.toVerify(event.all(), from, event.driver());
        List<Copy> due =
                all.stream().filter(copy -> drivers.contains(copy.driver())).toList();
        int skipped = all.size() - due.size();
        if (skipped > 0) {
            LOG.warn("{} copies are not verified: their destinations are not configured any more", skipped);
        }
        return Outcome.done(() -> {
            if (!event.requestId().isEmpty()) {
                register(event.requestId(), due);
                ledger.requestScanned(event.requestId(), all.size(), skipped);
            }
            LOG.info("Sweep: {} copies to read", due.size());
            return due.stream().map(SweepHandler::due).toList();
        });
    }

    private static Event due(Copy copy) {
        return new CopyDue(copy.id(), copy.driver());
    }

    private void register(String requestId, List<Copy> due) throws FailureException {
        Map<Long, Optional<Version>> versions = new HashMap<>();
        List<RequestStatus.Item> items = new ArrayList<>(ITEMS_AT_ONCE);
        for (Copy copy : due) {
            Optional<Version> version = versions.get(copy.versionId());
            if (version == null) {
                version = ledger.version(copy.versionId());
                versions.put(copy.versionId(), version);
            }
            items.add(item(copy, version));
            if (items.size() == ITEMS_AT_ONCE) {
                ledger.addToRequest(requestId, items);
                items.clear();
                versions.clear();
            }
        }
        if (!items.isEmpty()) {
            ledger.addToRequest(requestId, items);
        }
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
