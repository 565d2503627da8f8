package org.heratio.offsite.operations.request;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.VersionState;

/**
 * Tracks how far archives are: sealing, uploading and reading back are a third each; for a sweep, reading back is all. Reports of workers
 * refine what the ledger says. Safe for use by several threads.
 */
public final class ProgressTracker {
    /** Work without a report for so long waits, or is over. */
    private static final long SILENT_MILLIS = 30_000;

    private final boolean checks;
    private final Map<Work, Rate> reported = new ConcurrentHashMap<>();

    private record Work(Phase phase, long versionId, String driver) {}

    /** Work on an archive that is being done now. */
    public record UnderWay(Phase phase, RequestStatus.Item item, Rate rate) {}

    /** @param checks whether it is a sweep */
    public ProgressTracker(boolean checks) {
        this.checks = checks;
    }

    /** Notes the report of a worker. */
    public void report(WorkProgress progress, long now) {
        Work work = new Work(phase(progress), progress.versionId(), progress.driver());
        reported.merge(
                work,
                Rate.begun(progress.done(), progress.total(), now),
                (before, begun) -> before.and(progress.done(), progress.total(), now));
    }

    /** Forgets all other work: a pipeline reports to everybody who listens. */
    public void keepOnly(Collection<RequestStatus.Item> open) {
        Set<Work> wanted = new HashSet<>();
        for (RequestStatus.Item item : open) {
            for (Phase phase : Phase.values()) {
                wanted.add(work(phase, item));
            }
        }
        reported.keySet().retainAll(wanted);
    }

    /** Returns what is being done now, in the order of the items. The sealing of an archive is listed once for all destinations. */
    public List<UnderWay> underWay(Collection<RequestStatus.Item> open, long now) {
        List<UnderWay> found = new ArrayList<>();
        Set<Work> seen = new HashSet<>();
        for (RequestStatus.Item item : open) {
            Phase phase = phase(item);
            Rate rate = reported.get(work(phase, item));
            if (rate != null && now - rate.at() < SILENT_MILLIS && seen.add(work(phase, item))) {
                found.add(new UnderWay(phase, item, rate));
            }
        }
        return found;
    }

    /** Returns the part of an open item that is done, in bytes; never more than its size. */
    @SuppressWarnings("EnumOrdinal") // the phases are declared in their order
    public long done(RequestStatus.Item item) {
        Phase phase = phase(item);
        Rate rate = reported.get(work(phase, item));
        double part = rate == null ? 0 : rate.part();
        return (long) (item.size() * (checks ? part : (phase.ordinal() + part) / Phase.values().length));
    }

    private Phase phase(RequestStatus.Item item) {
        if (checks || item.copyState() == CopyState.REPLICATED || item.copyState() == CopyState.VERIFIED) {
            return Phase.VERIFYING;
        }
        return item.versionState() == VersionState.SEALED ? Phase.UPLOADING : Phase.SEALING;
    }

    private static Phase phase(WorkProgress progress) {
        if (progress.driver().isEmpty()) {
            return Phase.SEALING;
        }
        return progress.stage().startsWith("verifier") ? Phase.VERIFYING : Phase.UPLOADING;
    }

    private static Work work(Phase phase, RequestStatus.Item item) {
        return new Work(phase, item.versionId(), phase == Phase.SEALING ? "" : item.driver());
    }
}
