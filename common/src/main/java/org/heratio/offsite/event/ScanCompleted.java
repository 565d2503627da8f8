package org.heratio.offsite.event;

import java.util.Objects;

/**
 * A scan has looked at everything. A notification: no stage waits for it.
 *
 * @param found archives that match the include patterns
 * @param skipped archives with nothing to do
 * @param queued archives handed on
 * @param settling archives that are still being written, handed on when they are finished
 */
public record ScanCompleted(String requestId, ScanReason reason, int found, int skipped, int queued, int settling)
        implements Event {
    public ScanCompleted {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String routingKey() {
        return "scan.completed";
    }
}
