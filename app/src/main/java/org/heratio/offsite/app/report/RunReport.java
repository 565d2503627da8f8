package org.heratio.offsite.app.report;

import java.io.PrintStream;
import java.util.Set;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.heratio.offsite.app.run.ItemProgress;
import org.heratio.offsite.app.run.Run;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.ledger.RequestStatus;
import org.jspecify.annotations.Nullable;

/**
 * Tells a person how a run goes: a line for each archive that came to its end, and on a terminal a bar with rate and time left.
 * With {@code quiet} (for {@code --json}) it says nothing.
 */
public final class RunReport implements Run.Listener, AutoCloseable {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final boolean quiet;
    private final String doneWord;
    private final WayMeter meter = new WayMeter();
    private @Nullable ProgressBar bar;

    /**
     * @param terminal whether {@code err} is a terminal, to draw the bar on
     * @param doneWord what a good end is called, {@code verified}
     */
    public RunReport(PrintStream out, PrintStream err, boolean terminal, boolean quiet, String doneWord) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.quiet = quiet;
        this.doneWord = doneWord;
    }

    @Override
    public void progress(WorkProgress progress) {
        meter.report(progress);
    }

    @Override
    public void ended(RequestStatus.Item item, ItemProgress how) {
        meter.forget(item);
        if (quiet) {
            return;
        }
        String name = Names.printable(item.path());
        if (how == ItemProgress.DONE) {
            line(String.format(
                    "%-9s %s -> %s:%s (%s)",
                    doneWord,
                    name,
                    item.driver(),
                    Names.printable(String.valueOf(item.remotePath())),
                    Bytes.human(item.size())));
        } else {
            line(String.format("%-9s %s -> %s: %s", "FAILED", name, item.driver(), item.error()));
        }
    }

    @Override
    public void polled(RequestStatus status, Set<String> ended) {
        if (quiet || !terminal || status.items().isEmpty()) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("off-site")
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUnit(" MiB", 1 << 20)
                    .showSpeed()
                    .setUpdateIntervalMillis(250)
                    .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(err))
                    .build();
        }
        long total = 0;
        long done = 0;
        for (RequestStatus.Item item : status.items()) {
            total += item.size();
            done += meter.done(item);
        }
        bar.maxHint(Math.max(total, 1));
        bar.stepTo(done);
        bar.setExtraMessage(" " + ended.size() + "/" + status.items().size() + " archives");
    }

    /** One line on standard output, above the bar if there is one. */
    public void line(String text) {
        if (quiet) {
            return;
        }
        if (bar != null) {
            err.print("\r\u001b[K");
            err.flush();
        }
        out.println(text);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
