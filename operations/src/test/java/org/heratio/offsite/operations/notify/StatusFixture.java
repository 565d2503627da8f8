package org.heratio.offsite.operations.notify;

import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.operations.report.UnreadableReport;
import org.heratio.offsite.operations.status.Alarm;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.operations.status.WaitingArchives;
import org.heratio.offsite.operations.status.WeakProofs;

/** Status records for tests. */
final class StatusFixture {
    private static final WeakProofs.Copies NONE = new WeakProofs.Copies(0, null);

    private StatusFixture() {}

    /** Returns a status with copies by driver and state, and with alarms. */
    static Status of(Map<String, Map<CopyState, Long>> copies, Alarm... alarms) {
        return new Status(
                alarms.length == 0,
                Map.of(),
                0,
                0,
                new Status.Safe(3, 4, List.of("s3")),
                copies,
                new WeakProofs(NONE, NONE, NONE),
                Map.of(),
                Map.of(),
                new UnreadableReport(0, List.of()),
                new WaitingArchives(0, null),
                null,
                List.of(alarms));
    }
}
