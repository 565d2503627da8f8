package org.heratio.offsite.dashboard.summary;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Overview;
import org.heratio.offsite.ledger.Retries;
import org.heratio.offsite.ledger.Schedules;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.operations.status.StatusService;
import org.heratio.offsite.operations.status.WeakProofs;
import org.heratio.offsite.stage.Breaker;

/** Asks the ledger. Blocks; for one thread at a time. */
public final class FactsReader {
    private static final Duration OFTEN = Duration.ofSeconds(1);
    private static final Duration SELDOM = Duration.ofSeconds(5);
    private static final Duration STATUS = Duration.ofSeconds(15);
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final Settings settings;
    private final Ledger ledger;
    private final Clock clock;
    private final Paced<Map<String, Map<CopyState, Long>>> copies;
    private final Paced<Map<VersionState, Long>> versions;
    private final Paced<Map<Set<String>, Long>> safePlaces;
    private final Paced<Map<String, Overview.Weak>> weak;
    private final Paced<List<Overview.Minute>> traffic;
    private final Paced<Map<String, Overview.Heads>> heads;
    private final Paced<Retries.Waiting> retrying;
    private final Paced<Map<String, Retries.Outage>> outages;
    private final Paced<Status> status;
    private final EndedTransfers ended;
    /** The same for all queries of one read. */
    private long provedBefore;

    public FactsReader(Settings settings, Ledger ledger, StatusService status, Clock clock) {
        this.settings = settings;
        this.ledger = ledger;
        this.clock = clock;
        this.ended = new EndedTransfers(ledger);
        this.copies = new Paced<>(OFTEN, () -> ledger.view().copyCounts());
        this.versions = new Paced<>(OFTEN, () -> ledger.view().versionCounts());
        this.safePlaces = new Paced<>(OFTEN, () -> ledger.overview().bySafePlaces(settings.drivers(), provedBefore));
        this.weak = new Paced<>(
                OFTEN, () -> ledger.overview().weakProofs(settings.drivers(), WeakProofs.PATIENCE, provedBefore));
        this.heads = new Paced<>(OFTEN, this::heads);
        this.retrying = new Paced<>(OFTEN, () -> ledger.retries().waiting());
        this.outages = new Paced<>(OFTEN, this::outages);
        this.status = new Paced<>(STATUS, status::look);
        this.traffic = new Paced<>(SELDOM, () -> ledger.overview().traffic(settings.drivers(), clock.millis() - HOUR));
    }

    /** Returns what the ledger says now. Counts of large ledgers may be older. */
    Facts read(Collection<Transfers.Transfer> underWay) throws FailureException {
        Instant at = clock.instant();
        provedBefore = WeakProofs.provedBefore(ledger, settings, at);
        Status looked = status.get();
        Map<Long, Version> moving = versions(underWay);
        Map<Set<String>, Long> safe = withoutDeleted(safePlaces.get(), looked.deletedArchives());
        return new Facts(
                at,
                heads.get(),
                copies.get(),
                versions.get(),
                Overview.byNumber(safe),
                safeAt(safe),
                weak.get(),
                traffic.get(),
                ledger.overview().newestArchive(),
                ledger.schedules().doneUntil(Schedules.SWEEP).orElse(null),
                ledger.unreadablePlaces()
                        .of(settings.paths().backups().toString())
                        .total(),
                retrying.get(),
                outages.get(),
                paths(moving),
                ended.among(underWay, moving),
                looked,
                settings.schedules().waitLimit());
    }

    /** Returns the archives without those that failed and were deleted here, which are safe nowhere: as {@code offsite status} counts. */
    private static Map<Set<String>, Long> withoutDeleted(Map<Set<String>, Long> all, long deleted) {
        Map<Set<String>, Long> left = new HashMap<>(all);
        left.computeIfPresent(Set.of(), (nowhere, archives) -> archives > deleted ? archives - deleted : null);
        return left;
    }

    private static Map<String, Long> safeAt(Map<Set<String>, Long> safe) {
        Map<String, Long> all = new HashMap<>();
        safe.forEach((places, archives) -> places.forEach(driver -> all.merge(driver, archives, Long::sum)));
        return all;
    }

    private Map<String, Overview.Heads> heads() throws FailureException {
        Map<String, Overview.Heads> all = new LinkedHashMap<>();
        for (String driver : settings.drivers()) {
            all.put(driver, ledger.overview().heads(driver));
        }
        return all;
    }

    /** Returns what uploads wait for: as the uploader's breaker, which opens after so many failures, and not without work. */
    private Map<String, Retries.Outage> outages() throws FailureException {
        Map<String, Retries.Outage> all = new HashMap<>();
        for (Map.Entry<String, Overview.Heads> end : heads.get().entrySet()) {
            Long shipped = end.getValue().lastShipped();
            if (end.getValue().oldestWaiting() != null) {
                ledger.retries()
                        .outage(
                                "uploader:" + end.getKey(),
                                Breaker.NO_PUTS,
                                Breaker.FAILURES,
                                shipped == null ? 0 : shipped)
                        .ifPresent(outage -> all.put(end.getKey(), outage));
            }
        }
        return all;
    }

    private Map<Long, Version> versions(Collection<Transfers.Transfer> transfers) throws FailureException {
        Map<Long, Version> found = new HashMap<>();
        for (Transfers.Transfer transfer : transfers) {
            ledger.versions().find(transfer.versionId()).ifPresent(version -> found.put(version.id(), version));
        }
        return found;
    }

    private static Map<Long, String> paths(Map<Long, Version> versions) {
        Map<Long, String> paths = new HashMap<>();
        versions.forEach((id, version) -> paths.put(id, version.path()));
        return paths;
    }
}
