package org.heratio.offsite.operations.request;

import java.util.List;
import java.util.Set;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.operations.adopt.Adoption;
import org.heratio.offsite.operations.report.UnreadableReport;

/** Previews a replication: what would be shipped. It changes nothing. Blocks. */
public final class ReplicationPlanner {
    private final List<String> drivers;
    private final ScanPreview scan;
    private final Adoption adoption;

    /** @param drivers the destinations of the replication */
    public ReplicationPlanner(List<String> drivers, ScanPreview scan, Adoption adoption) {
        this.drivers = List.copyOf(drivers);
        this.scan = scan;
        this.adoption = adoption;
    }

    /** @param force whether archives that are shipped already would be shipped again */
    public ReplicationPlan plan(boolean force) throws FailureException, ConfigException, InterruptedException {
        ScanPreview.Plan plan =
                scan.plan(new ScanRequested("dry-run", ScanReason.REQUEST, drivers, force, true, false));
        // a replication adopts first what Heratio shipped; that is no work then
        Set<String> there = force ? Set.of() : adoption.wouldNotShip();
        List<ReplicationPlan.Archive> work = plan.archives().stream()
                .filter(ScanPreview.Planned::work)
                .map(ScanPreview.Planned::archive)
                .filter(archive -> !drivers.stream().allMatch(driver -> there.contains(driver + ":" + archive.path())))
                .map(archive -> new ReplicationPlan.Archive(archive.path(), archive.size()))
                .toList();
        int found = plan.archives().size();
        return new ReplicationPlan(
                "replicate --dry-run", found, found - work.size(), work, UnreadableReport.of(plan.unreadable()));
    }
}
