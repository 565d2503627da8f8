package org.heratio.offsite.app.run;

import java.time.Instant;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.summary.SummaryBuilder;
import org.jspecify.annotations.Nullable;

/** The next runs of the schedules of these settings. */
final class ScheduledRuns implements SummaryBuilder.NextRuns {
    private final @Nullable CronSchedule scan;
    private final @Nullable CronSchedule sweep;

    ScheduledRuns(Settings settings) {
        String scans = settings.schedules().scan();
        String sweeps = settings.schedules().sweep();
        this.scan = scans == null ? null : new CronSchedule(scans, settings.timezone());
        this.sweep = sweeps == null ? null : new CronSchedule(sweeps, settings.timezone());
    }

    @Override
    public @Nullable Instant scan(Instant after) {
        return scan == null ? null : scan.after(after).orElse(null);
    }

    @Override
    public @Nullable Instant sweep(Instant after) {
        return sweep == null ? null : sweep.after(after).orElse(null);
    }
}
