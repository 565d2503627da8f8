package org.heratio.offsite.watcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.ledger.Versions;

/** Says what a scan would do, and does nothing: neither ledger nor archives are touched. */
public final class DryRun {
    private final DirectoryScan scan;
    private final Versions versions;

    public DryRun(BackupDirectory directory, IncludePatterns patterns, boolean recursive, Versions versions) {
        this.scan = new DirectoryScan(directory, patterns, recursive);
        this.versions = versions;
    }

    /**
     * One archive of the scan.
     *
     * @param work whether there is anything to do for it
     */
    public record Planned(ArchiveFile archive, boolean work) {}

    /**
     * Returns what a scan would find.
     *
     * @param archives oldest first
     * @param unreadable where there may be more
     */
    public record Plan(List<Planned> archives, Unreadable unreadable) {
        public Plan {
            archives = List.copyOf(archives);
        }
    }

    /** Looks through the backup directory. Blocks. */
    public Plan plan(ScanRequested request) throws FailureException {
        DirectoryScan.Found found = scan.scan();
        Map<String, KnownArchive> known = versions.newest(found.archives().stream()
                .map(archive -> archive.archive().path())
                .toList());
        List<Planned> planned = new ArrayList<>();
        for (Candidate candidate : found.archives()) {
            ScanDecision decision =
                    ScanDecision.of(candidate, known.get(candidate.archive().path()), request);
            planned.add(new Planned(candidate.archive(), decision != ScanDecision.SKIP));
        }
        return new Plan(planned, found.unreadable());
    }
}
