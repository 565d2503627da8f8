package org.heratio.offsite.operations.request;

import org.heratio.offsite.operations.report.Bytes;

/**
 * The rate of one piece of work.
 *
 * @param done bytes done
 * @param total bytes in all
 * @param at when that was reported, epoch milliseconds
 * @param firstDone bytes done at the first report; work that starts again has a first report again
 */
public record Rate(long done, long total, long at, long firstDone, long firstAt) {
    /** Returns the rate at the first report. */
    public static Rate begun(long done, long total, long now) {
        return new Rate(done, total, now, done, now);
    }

    /** Returns the rate after one more report. */
    public Rate and(long nowDone, long nowTotal, long now) {
        return nowDone < done ? begun(nowDone, nowTotal, now) : new Rate(nowDone, nowTotal, now, firstDone, firstAt);
    }

    /** Returns the part that is done, from 0 to 1. */
    public double part() {
        return total <= 0 ? 0 : Math.min(1.0, (double) done / total);
    }

    /** Returns bytes per second since the first report; 0 while that is unknown. */
    public long bytesPerSecond() {
        return at <= firstAt ? 0 : (done - firstDone) * 1_000 / (at - firstAt);
    }

    /** Returns a text like {@code 12.0 MiB of 40.0 MiB, 3.1 MiB/s}. */
    public String text() {
        return Bytes.human(done) + " of " + Bytes.human(total)
                + (bytesPerSecond() > 0 ? ", " + Bytes.human(bytesPerSecond()) + "/s" : "");
    }
}
