package org.heratio.offsite.app.report;

/**
 * How fast one piece of work gets on.
 *
 * @param done bytes done
 * @param total bytes in all
 * @param at when that was reported, epoch milliseconds
 * @param firstDone bytes done when it was first heard of; work that begins anew is heard of for the first time again
 */
record Pace(long done, long total, long at, long firstDone, long firstAt) {
    static Pace begun(long done, long total, long now) {
        return new Pace(done, total, now, done, now);
    }

    Pace and(long nowDone, long nowTotal, long now) {
        return nowDone < done ? begun(nowDone, nowTotal, now) : new Pace(nowDone, nowTotal, now, firstDone, firstAt);
    }

    /** From 0 to 1. */
    double part() {
        return total <= 0 ? 0 : Math.min(1.0, (double) done / total);
    }

    /** Bytes a second since it was first heard of; 0 while that is not known. */
    long rate() {
        return at <= firstAt ? 0 : (done - firstDone) * 1_000 / (at - firstAt);
    }

    /** {@code 12.0 MiB of 40.0 MiB, 3.1 MiB/s}. */
    String text() {
        return Bytes.human(done) + " of " + Bytes.human(total) + (rate() > 0 ? ", " + Bytes.human(rate()) + "/s" : "");
    }
}
