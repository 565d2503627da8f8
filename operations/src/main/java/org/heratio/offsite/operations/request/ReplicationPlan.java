package org.heratio.offsite.operations.request;

import java.util.List;
import org.heratio.offsite.operations.report.UnreadableReport;

/**
 * The archives that a replication would ship; a dry run.
 *
 * @param found archives in the backup directory
 * @param wouldShip oldest first
 */
public record ReplicationPlan(
        String command, int found, int skipped, List<Archive> wouldShip, UnreadableReport unreadable) {
    public ReplicationPlan {
        wouldShip = List.copyOf(wouldShip);
    }

    /** An archive in the backup directory. */
    public record Archive(String localPath, long sizeBytes) {}
}
