package org.heratio.offsite.operations.request;

import java.util.List;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Unreadable;

/** Finds out what a scan would do, and does none of it. Blocks. */
@FunctionalInterface
public interface ScanPreview {
    /**
     * An archive that the scan would find.
     *
     * @param work whether there is anything to do for it
     */
    record Planned(ArchiveFile archive, boolean work) {}

    /**
     * All that the scan would find.
     *
     * @param archives oldest first
     * @param unreadable places in which there may be more
     */
    record Plan(List<Planned> archives, Unreadable unreadable) {
        public Plan {
            archives = List.copyOf(archives);
        }
    }

    /** Looks through the backup directory. */
    Plan plan(ScanRequested request) throws FailureException;
}
