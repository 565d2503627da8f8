package org.heratio.offsite.event;

import java.util.Objects;

/**
 * How far a worker is. A notification, sent at most twice a second for one piece of work, and free to be lost.
 *
 * @param stage the name of the stage
 * @param versionId the version in the ledger
 * @param driver the destination, or empty before there is one
 * @param done bytes done
 * @param total bytes in all
 */
public record WorkProgress(String stage, long versionId, String driver, long done, long total) implements Event {
    public WorkProgress {
        Objects.requireNonNull(stage, "stage");
        Ids.require(versionId, "versionId");
        Objects.requireNonNull(driver, "driver");
    }

    @Override
    public String routingKey() {
        return "work.progress";
    }
}
