package org.heratio.offsite.dashboard.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The transitions of copies at one destination that this process has recorded. */
final class DestinationFigures {
    private static final Duration[] BUCKETS = {
        Duration.ofSeconds(30),
        Duration.ofMinutes(2),
        Duration.ofMinutes(10),
        Duration.ofMinutes(30),
        Duration.ofHours(1),
        Duration.ofHours(6),
        Duration.ofDays(1),
        Duration.ofDays(2)
    };

    final Counter replicated;
    final Counter verified;
    final Counter damaged;
    final Counter repaired;
    private final Timer lag;

    DestinationFigures(MeterRegistry registry, String driver) {
        this.replicated = counter(registry, "copies_replicated", driver);
        this.verified = counter(registry, "copies_verified", driver);
        this.damaged = counter(registry, "copies_damaged", driver);
        this.repaired = counter(registry, "copies_repaired", driver);
        this.lag = Timer.builder(ProcessMetrics.PREFIX + "lag")
                .tags("destination", driver)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String driver) {
        return Counter.builder(ProcessMetrics.PREFIX + name)
                .tags("destination", driver)
                .register(registry);
    }

    void verifiedAfter(Duration sinceLanded) {
        lag.record(sinceLanded);
    }
}
