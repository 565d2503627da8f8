package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.app.ExitCode;
import org.heratio.offsite.app.adopt.Adoption;
import org.heratio.offsite.app.report.Bytes;
import org.heratio.offsite.app.report.Json;
import org.heratio.offsite.app.report.UnreadableReport;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.text.Printable;
import org.heratio.offsite.watcher.DryRun.Planned;

/** {@code replicate --dry-run}. */
final class DryRun {
    private DryRun() {}

    static int print(Node node, boolean force, boolean json, PrintStream out)
            throws FailureException, ConfigException, InterruptedException {
        Settings settings = node.settings();
        org.heratio.offsite.watcher.DryRun.Plan plan = new org.heratio.offsite.watcher.DryRun(
                        new BackupDirectory(settings.paths().backups()),
                        settings.watcher().include(),
                        settings.watcher().recursive(),
                        node.ledger().versions())
                .plan(new ScanRequested("dry-run", ScanReason.REQUEST, node.drivers(), force, true, false));
        List<Planned> all = plan.archives();
        UnreadableReport unreadable = new UnreadableReport(plan.unreadable());
        int code = plan.unreadable().total() > 0 ? ExitCode.FAILED : ExitCode.OK;
        // what Heratio shipped is taken into the ledger first, and is no work then
        Set<String> there = force ? Set.of() : new Adoption(node).wouldNotShip();
        List<Planned> work = all.stream()
                .filter(Planned::work)
                .filter(planned -> !node.drivers().stream()
                        .allMatch(driver ->
                                there.contains(driver + ":" + planned.archive().path())))
                .toList();
        if (json) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("command", "replicate --dry-run");
            tree.put("found", all.size());
            tree.put("skipped", all.size() - work.size());
            tree.put("would_ship", work.stream().map(DryRun::tree).toList());
            tree.put("unreadable", unreadable.tree());
            out.println(Json.print(tree));
            return code;
        }
        for (Planned planned : work) {
            out.printf(
                    "would ship %s (%s)%n",
                    Printable.of(planned.archive().path()),
                    Bytes.human(planned.archive().size()));
        }
        unreadable.lines().forEach(out::println);
        out.printf(
                "replicate --dry-run: %d found, %d skipped, %d would be shipped to %s%n",
                all.size(), all.size() - work.size(), work.size(), String.join(", ", node.drivers()));
        return code;
    }

    private static Map<String, Object> tree(Planned planned) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("local_path", planned.archive().path());
        tree.put("size_bytes", planned.archive().size());
        return tree;
    }
}
