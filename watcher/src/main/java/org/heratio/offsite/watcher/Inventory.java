package org.heratio.offsite.watcher;

import java.util.List;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Unreadable;

/** Lists the backup directory, without a ledger to compare it with. */
public final class Inventory {
    private final DirectoryScan scan;

    public Inventory(BackupDirectory directory, IncludePatterns patterns, boolean recursive) {
        this.scan = new DirectoryScan(directory, patterns, recursive);
    }

    /** All archives, oldest first, finished or not. Blocks; reads no content. */
    public List<ArchiveFile> archives() throws FailureException {
        return look().archives();
    }

    /**
     * The content of the backup directory.
     *
     * @param archives oldest first, finished or not
     * @param unreadable places that could not be read; more archives may be in them
     * @param others the number of files that no pattern includes, without hidden ones
     */
    public record Contents(List<ArchiveFile> archives, Unreadable unreadable, long others) {
        public Contents {
            archives = List.copyOf(archives);
        }
    }

    /** Looks through all of the backup directory. Blocks; reads no content. */
    public Contents look() throws FailureException {
        DirectoryScan.Found found = scan.scan();
        return new Contents(
                found.archives().stream().map(Candidate::archive).toList(), found.unreadable(), found.others());
    }

    /** Looks whether the backup directory itself can be listed. Blocks. */
    public void requireRoot() throws FailureException {
        scan.requireRoot();
    }
}
