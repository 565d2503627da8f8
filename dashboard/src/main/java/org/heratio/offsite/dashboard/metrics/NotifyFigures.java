package org.heratio.offsite.dashboard.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.operations.notify.NotifyMeter;

/** The figures of the notifier, by its channels. All are there from the start: an increase from nothing is no increase. */
public final class NotifyFigures implements NotifyMeter {
    private final MeterRegistry registry;
    private final Map<String, AtomicLong> lastSuccess = new LinkedHashMap<>();

    /** @param channels the names of all channels */
    public NotifyFigures(MeterRegistry registry, Collection<String> channels) {
        this.registry = registry;
        for (String channel : channels) {
            for (Outcome outcome : Outcome.values()) {
                attempts(channel, outcome);
            }
            AtomicLong at = new AtomicLong();
            lastSuccess.put(channel, at);
            Gauge.builder(
                            ProcessMetrics.PREFIX + "notifier_last_success_timestamp_seconds",
                            at,
                            time -> time.get() / 1000.0)
                    .strongReference(true)
                    .tags(Tags.of("channel", channel))
                    .register(registry);
        }
    }

    /** Returns the counter, which is made once. */
    private Counter attempts(String channel, Outcome outcome) {
        return Counter.builder(ProcessMetrics.PREFIX + "notifications")
                .tags("channel", channel, "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    @Override
    public void attempted(String channel, Outcome outcome) {
        attempts(channel, outcome).increment();
    }

    @Override
    public void lastSuccess(String channel, long at) {
        AtomicLong time = lastSuccess.get(channel);
        if (time != null) {
            time.set(at);
        }
    }
}
