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
import org.heratio.offsite.ledger.Ledger;

/** Says what a scan would do, and does nothing: neither ledger nor archives are touched. */
public final class DryRun {
    private final DirectoryScan scan;
    private final Ledger ledger;

    public DryRun(BackupDirectory directory, IncludePatterns patterns, boolean recursive, Ledger ledger) {
        this.scan = new DirectoryScan(directory, patterns, recursive);
        this.ledger = ledger;
    }

    /**
     * One archive of the scan.
     *
     * @param work whether there is anything to do for it
     */
    public record Planned(ArchiveFile archive, boolean work) {}

    /** All archives, oldest first. Blocks. */
    public List<Planned> plan(ScanRequested request) throws FailureException {
        Map<String, KnownArchive> known = ledger.known();
        List<Planned> planned = new ArrayList<>();
        for (Candidate candidate : scan.scan()) {
            ScanDecision decision =
                    ScanDecision.of(candidate, known.get(candidate.archive().path()), request);
            planned.add(new Planned(candidate.archive(), decision != ScanDecision.SKIP));
        }
        return planned;
    }
}
