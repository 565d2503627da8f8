package org.heratio.offsite.watcher;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.ScanCompleted;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Arrival;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.ledger.Settled;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.PendingEvents;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the backup directory with the ledger and sees to it that everything that is not off-site is on its way.
 * Reads no content.
 */
final class ScanHandler implements StageHandler<ScanRequested> {
    private static final Logger LOG = LoggerFactory.getLogger(ScanHandler.class);

    private final DirectoryScan scan;
    private final Versions versions;
    private final Requests requests;
    private final ScanPlanner planner;
    private final PendingWork pendingWork;
    private final SettleTracker tracker;
    private final Backlog backlog;
    private final UnreadableRecorder unreadable;
    private final ScanRecord record;
    private final Set<String> drivers;
    private final WatcherConfig config;
    private final InstantSource clock;
    private final AskedScan asked;
    private final WarnOnce warnings = new WarnOnce(LOG);

    /** Two scans of one directory at once find nothing that one does not. Guards the fields below. */
    private final ReentrantLock one = new ReentrantLock();

    private boolean away;
    private boolean publishedBefore;
    private final UnaskedScans unasked;

    /**
     * @param drivers the destinations that are configured
     */
    ScanHandler(
            DirectoryScan scan,
            Ledger ledger,
            SettleTracker tracker,
            Backlog backlog,
            Set<String> drivers,
            WatcherConfig config,
            InstantSource clock,
            UnaskedScans unasked) {
        this.scan = scan;
        this.versions = ledger.versions();
        this.requests = ledger.requests();
        this.planner = new ScanPlanner(versions, ledger.claims());
        this.pendingWork = ledger.pendingWork();
        this.tracker = tracker;
        this.backlog = backlog;
        this.unreadable = new UnreadableRecorder(scan.root().toString(), ledger.unreadablePlaces(), requests);
        this.record = new ScanRecord(ledger.scans(), scan.root().toString(), clock);
        this.drivers = Set.copyOf(drivers);
        this.config = config;
        this.unasked = unasked;
        this.asked = new AskedScan(ledger, config.scans());
        this.clock = clock;
    }

    /** Takes all scans from now on for those of a service, which is missed when it makes no more. */
    void serve() {
        record.serve();
    }

    @Override
    public Outcome handle(ScanRequested message, Attempt attempt) throws FailureException, InterruptedException {
        if (!drivers.containsAll(message.drivers())) {
            throw new FailureException(
                    ErrorCode.MESSAGE_MALFORMED,
                    "a scan was asked for the destinations " + message.drivers() + ", but this watcher has " + drivers,
                    "give the watcher the same BACKUP_OFFSITE_DRIVER as the one who asks");
        }
        long now = clock.millis();
        Optional<ScanRequested> believed = asked.of(message, now);
        return believed.isPresent() ? scan(believed.get(), now) : Outcome.done(List.of());
    }

    /** @param askedAt when the scan was asked for; epoch milliseconds */
    private Outcome scan(ScanRequested request, long askedAt) throws FailureException, InterruptedException {
        one.lockInterruptibly();
        try {
            Optional<Outcome> instead = unasked.instead(request);
            if (instead.isPresent()) {
                return instead.get();
            }
            record.goesOn();
            DirectoryScan.Found found = scan.scan(record::goesOn);
            directoryIsBack();
            return Outcome.done(() -> record(request, found, askedAt));
        } catch (FailureException e) {
            unreadable.recordRoot(e.failure());
            if (!request.requestId().isEmpty()) {
                // whoever waits has to set something right, and had better know at once
                LOG.info(
                        "a scan that was asked for cannot be made: {}",
                        e.failure().oneLine());
                return Outcome.done(() -> giveUp(request, e.failure()));
            }
            if (!repeatedByItself(request)) {
                throw e;
            }
            directoryIsAway(e.failure());
            // what is in the spool already can be shipped without it
            return Outcome.done(() -> overdue(request));
        } finally {
            one.unlock();
        }
    }

    @Override
    public Subject subject(ScanRequested request) {
        return Subject.NONE;
    }

    @Override
    public List<Event> giveUp(ScanRequested request, Failure failure) throws FailureException {
        // a forged message ends no request
        if (!request.requestId().isEmpty() && failure.code() != ErrorCode.MESSAGE_FORGED) {
            String root = scan.root().toString();
            requests.add(
                    request.requestId(),
                    request.drivers().stream()
                            .map(driver -> RequestStatus.Item.failed(root, driver, failure))
                            .toList());
            requests.scanned(request.requestId(), 0, 0);
        }
        return List.of();
    }

    /**
     * The next interval scan does the same: messages of these must not pile up in the ladder while a NAS is away for a
     * day.
     */
    private static boolean repeatedByItself(ScanRequested request) {
        return request.requestId().isEmpty()
                && switch (request.reason()) {
                    case START, INTERVAL, RESCAN -> true;
                    case SCHEDULE, REQUEST -> false;
                };
    }

    private void directoryIsAway(Failure failure) {
        if (!away) {
            away = true;
            LOG.warn("{}; looked for again with every scan", failure.oneLine());
        }
    }

    private void directoryIsBack() {
        if (away) {
            away = false;
            LOG.info("{} is back", scan.root());
        }
    }

    private List<Event> record(ScanRequested request, DirectoryScan.Found found, long askedAt) throws FailureException {
        one.lock();
        try {
            List<PlannedArchive> plan = planner.plan(request, found.archives());
            if (request.plain()) {
                warnings.warn("request " + request.requestId()
                        + " wants archives shipped without encryption, although a passphrase may be set");
            }
            if (!request.requestId().isEmpty()) {
                // before anything can settle, so that nothing settles that the request does not know of
                requests.add(request.requestId(), items(request, plan));
            }
            unreadable.record(request, found.unreadable());
            Set<Event> events = new LinkedHashSet<>();
            Map<ScanDecision, Integer> counts = new HashMap<>();
            for (PlannedArchive planned : plan) {
                counts.merge(planned.decision(), 1, Integer::sum);
                events.addAll(carryOut(request, planned));
                record.goesOn();
            }
            events.addAll(overdue(request));
            int skipped = counts.getOrDefault(ScanDecision.SKIP, 0);
            if (!request.requestId().isEmpty()) {
                requests.scanned(request.requestId(), plan.size(), skipped);
            }
            ScanCompleted completed = completed(request, plan.size(), skipped, counts);
            events.add(completed);
            unasked.ended(request);
            asked.done(request, askedAt);
            record.ended();
            LOG.debug("{}", completed);
            return new ArrayList<>(events);
        } finally {
            one.unlock();
        }
    }

    /** Unfinished work for which no message can be on its way any more; for a request, also what waits long for its next attempt. */
    private List<Event> overdue(ScanRequested request) throws FailureException {
        one.lock();
        try {
            boolean all = config.messagesDieWithProcess() && !publishedBefore;
            List<PendingTask> open = new ArrayList<>();
            if (all) {
                // what another process has in hand too: should it die, its messages die with it, and ours comes back
                // later
                open.addAll(pendingWork.all(request.drivers()));
            } else {
                open.addAll(backlog.missing(
                        pendingWork.overdue(request.drivers(), config.grace().toMillis())));
                if (!request.requestId().isEmpty()) {
                    open.addAll(pendingWork.waiting(request.drivers(), Outcome.SHORTLY.toMillis()));
                }
            }
            List<Event> events = PendingEvents.of(open.stream()
                    .filter(work -> config.repairs() || work.kind() != PendingTask.Kind.REPAIR)
                    .toList());
            publishedBefore = true;
            return events;
        } finally {
            one.unlock();
        }
    }

    private static ScanCompleted completed(
            ScanRequested request, int found, int skipped, Map<ScanDecision, Integer> counts) {
        int settling = counts.getOrDefault(ScanDecision.SETTLE, 0);
        return new ScanCompleted(
                request.requestId(), request.reason(), found, skipped, found - skipped - settling, settling);
    }

    private List<Event> carryOut(ScanRequested request, PlannedArchive planned) throws FailureException {
        return switch (planned.decision()) {
            case SKIP, FOLLOW -> List.of();
            case SETTLE -> {
                Set<String> to = Set.copyOf(request.drivers());
                Set<String> requests = request.requestId().isEmpty() ? Set.of() : Set.of(request.requestId());
                tracker.track(
                        planned.archive().file(),
                        new ShipOptions(to, request.plain() ? to : Set.of(), request.force(), requests));
                yield List.of();
            }
            case ADD_DESTINATION -> {
                yield PendingEvents.of(settle(request, planned).tasks());
            }
            case TAKE_UP -> {
                // a copy has to be there before it can be retried
                settle(request, planned);
                versions.requeue(planned.versionId(), request.drivers(), request.force(), request.plain());
                yield workOf(request, planned);
            }
        };
    }

    private Settled settle(ScanRequested request, PlannedArchive planned) throws FailureException {
        return versions.settle(
                Arrival.of(planned.archive().archive(), clock.millis(), request.drivers(), request.plain()));
    }

    private List<Event> workOf(ScanRequested request, PlannedArchive planned) throws FailureException {
        return PendingEvents.of(pendingWork.ofVersion(planned.versionId(), request.drivers()));
    }

    private static List<RequestStatus.Item> items(ScanRequested request, List<PlannedArchive> plan) {
        List<RequestStatus.Item> items = new ArrayList<>();
        for (PlannedArchive planned : plan) {
            if (planned.decision() != ScanDecision.SKIP) {
                for (String driver : request.drivers()) {
                    items.add(item(
                            planned.archive().archive().path(),
                            planned.versionId(),
                            driver,
                            planned.archive().archive().size()));
                }
            }
        }
        return items;
    }

    private static RequestStatus.Item item(String path, long versionId, String driver, long size) {
        return new RequestStatus.Item(path, versionId, 0, driver, null, null, false, null, null, null, null, size);
    }
}
