package org.heratio.offsite.dashboard.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.failure.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The figures of one stage. All but those of single error codes are there from the start: an increase from nothing is no increase. */
final class StageFigures {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(2),
        Duration.ofMinutes(10),
        Duration.ofHours(1),
        Duration.ofHours(6)
    };

    private final MeterRegistry registry;
    private final Tags tags;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Timer duration;
    private final Counter retries;
    private final Counter givenUp;
    private final @Nullable Counter bytes;
    private final Map<ErrorCode, Counter> failed = new ConcurrentHashMap<>();

    StageFigures(MeterRegistry registry, StageName name, BooleanSupplier paused) {
        this.registry = registry;
        this.tags = name.tags();
        this.duration = Timer.builder(ProcessMetrics.PREFIX + "stage_duration")
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.retries = counter("retries");
        this.givenUp = counter("given_up");
        this.bytes = bytes(name);
        Gauge.builder(ProcessMetrics.PREFIX + "inflight", inFlight, AtomicInteger::get)
                .tags(tags)
                .register(registry);
        if (name.stage().equals("uploader")) {
            Gauge.builder(ProcessMetrics.PREFIX + "destination_paused", paused, is -> is.getAsBoolean() ? 1 : 0)
                    .strongReference(true)
                    .tags(Tags.of("destination", name.destination()))
                    .register(registry);
        }
    }

    private Counter counter(String name) {
        return Counter.builder(ProcessMetrics.PREFIX + name).tags(tags).register(registry);
    }

    /** Returns the counter of what a stage moves; null for one that moves nothing. */
    private @Nullable Counter bytes(StageName name) {
        String direction = switch (name.stage()) {
            case "encryptor" -> "sealed";
            case "uploader" -> "shipped";
            case "verifier", "sweep" -> "read_back";
            default -> "";
        };
        boolean moves = !direction.isEmpty()
                && (direction.equals("sealed") || !name.destination().isEmpty());
        return moves
                ? Counter.builder(ProcessMetrics.PREFIX + "bytes")
                        .tags("stage", name.stage(), "destination", name.destination(), "direction", direction)
                        .register(registry)
                : null;
    }

    void began() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    void done(Duration took) {
        duration.record(took);
    }

    void failed(ErrorCode code, boolean again) {
        failed.computeIfAbsent(
                        code,
                        any -> Counter.builder(ProcessMetrics.PREFIX + "attempts_failed")
                                .tags(tags.and("code", code.name()))
                                .register(registry))
                .increment();
        (again ? retries : givenUp).increment();
    }

    void moved(long more) {
        if (bytes != null) {
            bytes.increment((double) more);
        }
    }
}
