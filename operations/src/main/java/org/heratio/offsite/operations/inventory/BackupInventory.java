package org.heratio.offsite.operations.inventory;

import java.util.List;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Unreadable;

/** Lists the backup directory as a scan does, without a ledger. Blocks; reads no content. */
public interface BackupInventory {
    /**
     * The content of the backup directory.
     *
     * @param archives oldest first, finished or not
     * @param unreadable places that could not be read; more archives may be in them
     * @param others the number of files that no pattern includes, without hidden ones
     */
    record Contents(List<ArchiveFile> archives, Unreadable unreadable, long others) {
        public Contents {
            archives = List.copyOf(archives);
        }
    }

    /**
     * Lists all of the backup directory.
     *
     * @throws FailureException if the directory itself cannot be listed
     */
    Contents look() throws FailureException;

    /**
     * Checks that the backup directory itself can be listed.
     *
     * @throws FailureException if it cannot
     */
    void requireRoot() throws FailureException;
}
