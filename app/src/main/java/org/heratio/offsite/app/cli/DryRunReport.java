package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.util.List;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.operations.request.ReplicationPlan;
import org.heratio.offsite.text.Printable;

/** Prints what {@code replicate --dry-run} found out. */
final class DryRunReport {
    private DryRunReport() {}

    /** Returns the exit code. */
    static int print(ReplicationPlan plan, List<String> drivers, boolean json, PrintStream out) {
        int code = plan.unreadable().total() > 0 ? ExitCode.FAILED : ExitCode.OK;
        if (json) {
            out.println(Json.print(plan));
            return code;
        }
        for (ReplicationPlan.Archive archive : plan.wouldShip()) {
            out.printf("would ship %s (%s)%n", Printable.of(archive.localPath()), Bytes.human(archive.sizeBytes()));
        }
        plan.unreadable().lines().forEach(out::println);
        out.printf(
                "replicate --dry-run: %d found, %d skipped, %d would be shipped to %s%n",
                plan.found(), plan.skipped(), plan.wouldShip().size(), String.join(", ", drivers));
        return code;
    }
}
