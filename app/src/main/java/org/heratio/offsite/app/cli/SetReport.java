package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.restore.RestoreService;
import org.heratio.offsite.operations.restore.RestoreSet;
import org.heratio.offsite.text.Printable;

/** Prints what became of each archive of a set. */
final class SetReport implements RestoreSet.Listener {
    private final PrintStream out;
    private final boolean dryRun;
    private long restored;
    private long bytes;
    private long same;
    private long kept;
    private long failed;

    SetReport(PrintStream out, boolean dryRun) {
        this.out = out;
        this.dryRun = dryRun;
    }

    @Override
    public void restored(Version version, Path target, RestoreService.Restored from) {
        restored++;
        bytes += from.bytes();
        out.printf(
                "restored %s (%s) from %s:%s%n",
                Printable.of(target.toString()),
                Bytes.human(from.bytes()),
                from.driver(),
                Printable.of(from.remotePath()));
    }

    @Override
    public void kept(Version version, Path target, boolean isSame) {
        if (isSame) {
            same++;
            return;
        }
        kept++;
        out.printf("kept %s, which differs from the archive%n", Printable.of(target.toString()));
    }

    @Override
    public void failed(Version version, Failure failure) {
        failed++;
        Messages.line("offsite: not restored: " + version.path() + ": " + failure.oneLine());
    }

    @Override
    public void planned(Version version, Path target) {
        restored++;
        bytes += version.size();
        if (dryRun) {
            out.printf("would restore %s (%s)%n", Printable.of(target.toString()), Bytes.human(version.size()));
        }
    }

    /** Prints the sums. Returns the exit code. */
    int end() {
        out.printf(
                "restore%s: %,d %s (%s), %,d there already, %,d kept, %,d failed%n",
                dryRun ? " --dry-run" : "",
                restored,
                dryRun ? "would be restored" : "restored",
                Bytes.human(bytes),
                same,
                kept,
                failed);
        if (kept > 0) {
            Messages.hint("--overwrite if-changed replaces the files that were kept");
        }
        return kept + failed == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
