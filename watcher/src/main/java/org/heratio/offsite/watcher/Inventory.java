package org.heratio.offsite.watcher;

import java.util.List;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.failure.FailureException;

/** What lies in the backup directory, without a ledger to compare it with. */
public final class Inventory {
    private final DirectoryScan scan;

    public Inventory(BackupDirectory directory, IncludePatterns patterns, boolean recursive) {
        this.scan = new DirectoryScan(directory, patterns, recursive);
    }

    /** All archives, oldest first, finished or not. Blocks; reads no content. */
    public List<ArchiveFile> archives() throws FailureException {
        return scan.scan().stream().map(Candidate::archive).toList();
    }
}
