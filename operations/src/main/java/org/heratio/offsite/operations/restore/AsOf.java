package org.heratio.offsite.operations.restore;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.ledger.Version;

/** The moment whose state is restored: archives that were modified later do not count. */
public final class AsOf {
    public static final AsOf NOW = new AsOf(Instant.MAX);

    private final Instant moment;

    public AsOf(Instant moment) {
        this.moment = moment;
    }

    long nanos() {
        // beyond the year 2262
        if (moment.getEpochSecond() >= Long.MAX_VALUE / 1_000_000_000L) {
            return Long.MAX_VALUE;
        }
        return TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano();
    }

    boolean includes(Version version) {
        return version.mtimeNanos() <= nanos();
    }

    /** Returns words for the end of a sentence, or nothing for the present. */
    String phrase() {
        return moment.equals(Instant.MAX) ? "" : " that was modified at or before " + this;
    }

    @Override
    public String toString() {
        return moment.equals(Instant.MAX) ? "now" : moment.toString();
    }
}
