package org.heratio.offsite.event;

import java.util.List;
import java.util.Objects;

/**
 * Asks the watcher to look through the backup directory.
 *
 * @param requestId the request in the ledger that wants to know how it went, or empty
 * @param reason why the scan is made
 * @param drivers the destinations it is for; never empty
 * @param force ship again what is already shipped, under the same name
 * @param retryFailed take up again what failed for good
 * @param plain ship without encryption although a passphrase is set
 */
public record ScanRequested(
        String requestId, ScanReason reason, List<String> drivers, boolean force, boolean retryFailed, boolean plain)
        implements Event {
    public ScanRequested {
        Objects.requireNonNull(requestId, "requestId");
        Objects.requireNonNull(reason, "reason");
        drivers = List.copyOf(drivers);
        if (drivers.isEmpty()) {
            throw new IllegalArgumentException("a scan needs at least one driver");
        }
    }

    @Override
    public String routingKey() {
        return "scan.requested";
    }
}
