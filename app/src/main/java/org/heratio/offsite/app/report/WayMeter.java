package org.heratio.offsite.app.report;

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
 * How far archives are on their way: sealing, uploading and reading back, each a third of it; for a sweep reading back is all of it. What the
 * workers report refines what the ledger says. Safe for use by several threads.
 */
final class WayMeter {
    /** Work that was not heard of for so long waits, or is over. */
    private static final long SILENT_MILLIS = 30_000;

    private final boolean checks;
    private final Map<Work, Pace> heard = new ConcurrentHashMap<>();

    /** The legs of the way, in order. */
    enum Leg {
        SEALING,
        UPLOADING,
        VERIFYING
    }

    private record Work(Leg leg, long versionId, String driver) {}

    /** What is being done with an archive at the moment. */
    record UnderWay(Leg leg, RequestStatus.Item item, Pace pace) {}

    /** @param checks whether it is a sweep */
    WayMeter(boolean checks) {
        this.checks = checks;
    }

    /** A worker says how far it is. */
    void report(WorkProgress progress, long now) {
        Work work = new Work(leg(progress), progress.versionId(), progress.driver());
        heard.merge(
                work,
                Pace.begun(progress.done(), progress.total(), now),
                (before, begun) -> before.and(progress.done(), progress.total(), now));
    }

    /** Forgets what was heard of all other work: a pipeline reports to everybody who listens. */
    void keepOnly(Collection<RequestStatus.Item> open) {
        Set<Work> wanted = new HashSet<>();
        for (RequestStatus.Item item : open) {
            for (Leg leg : Leg.values()) {
                wanted.add(work(leg, item));
            }
        }
        heard.keySet().retainAll(wanted);
    }

    /** What is being done at the moment, in the order of the items; the sealing of an archive once, whatever becomes of it. */
    List<UnderWay> underWay(Collection<RequestStatus.Item> open, long now) {
        List<UnderWay> found = new ArrayList<>();
        Set<Work> seen = new HashSet<>();
        for (RequestStatus.Item item : open) {
            Leg leg = leg(item);
            Pace pace = heard.get(work(leg, item));
            if (pace != null && now - pace.at() < SILENT_MILLIS && seen.add(work(leg, item))) {
                found.add(new UnderWay(leg, item, pace));
            }
        }
        return found;
    }

    /** Bytes of the way that lie behind an item that is still open; never more than its size. */
    @SuppressWarnings("EnumOrdinal") // the legs stand in the order in which they are gone
    long done(RequestStatus.Item item) {
        Leg leg = leg(item);
        Pace pace = heard.get(work(leg, item));
        double part = pace == null ? 0 : pace.part();
        return (long) (item.size() * (checks ? part : (leg.ordinal() + part) / Leg.values().length));
    }

    private Leg leg(RequestStatus.Item item) {
        if (checks || item.copyState() == CopyState.REPLICATED || item.copyState() == CopyState.VERIFIED) {
            return Leg.VERIFYING;
        }
        return item.versionState() == VersionState.SEALED ? Leg.UPLOADING : Leg.SEALING;
    }

    private static Leg leg(WorkProgress progress) {
        if (progress.driver().isEmpty()) {
            return Leg.SEALING;
        }
        return progress.stage().startsWith("verifier") ? Leg.VERIFYING : Leg.UPLOADING;
    }

    private static Work work(Leg leg, RequestStatus.Item item) {
        return new Work(leg, item.versionId(), leg == Leg.SEALING ? "" : item.driver());
    }
}
