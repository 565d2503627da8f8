package org.heratio.offsite.app.report;

import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.files.Sizes;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.request.ItemProgress;
import org.heratio.offsite.operations.request.Phase;
import org.heratio.offsite.operations.request.ProgressTracker;
import org.heratio.offsite.operations.request.Rate;
import org.heratio.offsite.operations.request.RequestFollower;
import org.heratio.offsite.operations.request.RequestService;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** Tells a person how a run goes: a line for each archive that has ended, and what is under way with bytes and rate. */
public final class RunReport implements RequestService.Listener, AutoCloseable {
    private static final long LINES_EVERY_MILLIS = 10_000;
    private static final int BAR = 20;

    private final PrintStream out;
    private final PrintStream err;
    private final Progress shown;
    private final String doneWord;
    private final Clock clock;
    private final ProgressTracker tracker;
    private final LiveBlock block;
    private @Nullable Rate all;
    private long saidAt;

    /** How a run reports its progress. */
    public enum Progress {
        /** Nothing at all, for {@code --json}. */
        SILENT,
        /** Only how each archive ended. */
        ENDS,
        /** A line for each archive under way, now and then. */
        LINES,
        /** All that is under way, drawn again and again: for terminals. */
        LIVE
    }

    /**
     * @param shown what is shown on {@code err}
     * @param checks whether it is a sweep
     */
    public RunReport(PrintStream out, PrintStream err, Progress shown, boolean checks, Clock clock) {
        this.out = out;
        this.err = err;
        this.shown = shown;
        this.doneWord = checks ? "intact" : "verified";
        this.clock = clock;
        this.tracker = new ProgressTracker(checks);
        this.block = new LiveBlock(err);
        this.saidAt = clock.millis();
    }

    @Override
    public void progress(WorkProgress progress) {
        tracker.report(progress, clock.millis());
    }

    @Override
    public void ended(RequestStatus.Item item, ItemProgress how) {
        String error = Printable.of(String.valueOf(item.error()));
        line(
                switch (how) {
                    case DONE -> stored(doneWord, item);
                    case ARCHIVED -> stored("archived", item) + ", not verified: in an archive tier (" + error + ")";
                    case FAILED, OPEN ->
                        String.format("%-9s %s -> %s: %s", "FAILED", Printable.of(item.path()), item.driver(), error);
                });
    }

    private static String stored(String word, RequestStatus.Item item) {
        return String.format(
                        "%-9s %s -> %s:%s (%s)",
                        word,
                        Printable.of(item.path()),
                        item.driver(),
                        Printable.of(String.valueOf(item.remotePath())),
                        Bytes.human(item.size()))
                + (item.unchecked() == null ? "" : ", not checked: " + Printable.of(item.unchecked()));
    }

    @Override
    public void polled(RequestStatus status, Set<String> ended) {
        List<RequestStatus.Item> open = status.items().stream()
                .filter(item -> !ended.contains(RequestFollower.key(item)))
                .toList();
        tracker.keepOnly(open);
        long now = clock.millis();
        if (shown == Progress.LIVE && !status.items().isEmpty()) {
            block.draw(underWay(open, now), total(status, open, now));
        } else if (shown == Progress.LINES && now - saidAt >= LINES_EVERY_MILLIS) {
            saidAt = now;
            underWay(open, now).forEach(err::println);
        }
    }

    private List<String> underWay(List<RequestStatus.Item> open, long now) {
        return tracker.underWay(open, now).stream().map(RunReport::text).toList();
    }

    private static String text(ProgressTracker.UnderWay work) {
        String path = work.item().path();
        String to = work.phase() == Phase.SEALING ? "" : " -> " + work.item().driver();
        return String.format(
                "%-9s %s%s: %s",
                work.phase().name().toLowerCase(Locale.ROOT),
                Printable.of(path.substring(path.lastIndexOf('/') + 1)),
                to,
                work.rate().text());
    }

    private String total(RequestStatus status, List<RequestStatus.Item> open, long now) {
        long total = status.items().stream().mapToLong(RequestStatus.Item::size).reduce(0, Sizes::plus);
        long ahead = open.stream()
                .mapToLong(item -> item.size() - tracker.done(item))
                .reduce(0, Sizes::plus);
        Rate rate = all == null ? Rate.begun(total - ahead, total, now) : all.and(total - ahead, total, now);
        all = rate;
        int filled = (int) (rate.part() * BAR);
        return String.format(
                "off-site  [%s%s] %3.0f%% %s, %d/%d archives",
                "=".repeat(filled),
                " ".repeat(BAR - filled),
                rate.part() * 100,
                rate.text(),
                status.items().size() - open.size(),
                status.items().size());
    }

    /** One line on standard output, above what is drawn if there is such. */
    public void line(String text) {
        if (shown == Progress.SILENT) {
            return;
        }
        if (shown == Progress.LIVE) {
            block.clear();
        }
        out.println(text);
    }

    @Override
    public void close() {
        if (shown == Progress.LIVE) {
            block.clear();
        }
    }
}
