package org.heratio.offsite.watcher;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Versions;

/**
 * Tells the ledger when the files of versions changed last that an earlier build recorded. That build looked at size and mtime only, and so
 * they are believed once more.
 */
final class ChangeTimes {
    private final Versions versions;

    ChangeTimes(Versions versions) {
        this.versions = versions;
    }

    /** @param known the newest versions by path */
    void learn(Collection<Candidate> found, Map<String, KnownArchive> known) throws LedgerException {
        Map<Long, Long> learned = new HashMap<>();
        for (Candidate candidate : found) {
            KnownArchive before = known.get(candidate.archive().path());
            if (before != null && before.learnsFrom(candidate.archive())) {
                learned.put(before.versionId(), candidate.archive().ctimeNanos());
            }
        }
        if (!learned.isEmpty()) {
            versions.learnChangeTimes(learned);
        }
    }
}
