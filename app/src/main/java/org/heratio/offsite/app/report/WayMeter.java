package org.heratio.offsite.app.report;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/**
 * How far archives are on their way, in bytes of the archive: a third of the way is sealing it, a third uploading, a third reading it
 * back. What the workers report refines what the ledger says. Safe for use by several threads.
 */
final class WayMeter {
    private static final int LEGS = 3;

    private final Map<String, WorkProgress> underWay = new ConcurrentHashMap<>();

    /** A worker says how far it is. */
    void report(WorkProgress progress) {
        underWay.put(key(leg(progress), progress.versionId(), progress.driver()), progress);
    }

    /** An item has come to its end: its reports are not needed any more. */
    void forget(RequestStatus.Item item) {
        underWay.remove(key(1, item.versionId(), item.driver()));
        underWay.remove(key(2, item.versionId(), item.driver()));
    }

    /** Bytes of the way that lie behind an item; never more than its size. */
    long done(RequestStatus.Item item) {
        if (item.copyState() == CopyState.VERIFIED) {
            return item.size();
        }
        int leg = leg(item);
        WorkProgress report = underWay.get(key(leg, item.versionId(), leg == 0 ? "" : item.driver()));
        double part =
                report == null || report.total() <= 0 ? 0 : Math.min(1.0, (double) report.done() / report.total());
        return (long) (item.size() * ((leg + part) / LEGS));
    }

    private static int leg(RequestStatus.Item item) {
        @Nullable VersionState version = item.versionState();
        if (item.copyState() == CopyState.REPLICATED) {
            return 2;
        }
        return version == VersionState.SEALED ? 1 : 0;
    }

    private static int leg(WorkProgress progress) {
        if (progress.driver().isEmpty()) {
            return 0;
        }
        return progress.stage().startsWith("verifier") ? 2 : 1;
    }

    private static String key(int leg, long versionId, String driver) {
        return leg + "/" + versionId + "/" + driver;
    }
}
