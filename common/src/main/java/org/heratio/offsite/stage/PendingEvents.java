package org.heratio.offsite.stage;

import java.util.List;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.ledger.PendingTask;

/** The message that each kind of unfinished work needs to have on its way. */
public final class PendingEvents {
    private PendingEvents() {}

    public static List<Event> of(List<PendingTask> work) {
        return work.stream().map(PendingEvents::of).toList();
    }

    public static Event of(PendingTask work) {
        return switch (work.kind()) {
            case SEAL -> new ArchiveSettled(work.versionId(), work.path());
            case UPLOAD -> new PayloadReady(work.copyId(), work.payloadId(), work.driver());
            case VERIFY -> new CopyReplicated(work.copyId(), work.driver());
            case REPAIR -> new RepairRequested(work.copyId(), work.driver());
        };
    }
}
