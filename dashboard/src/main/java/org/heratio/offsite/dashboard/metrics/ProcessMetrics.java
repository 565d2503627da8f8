package org.heratio.offsite.dashboard.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.ScanCompleted;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.RecordedFact;
import org.heratio.offsite.stage.StageMeter;

/**
 * The figures of one process: what its stages do, what it records in the ledger, and its JVM. They begin at 0 with each start. Labels have
 * the names of stages, destinations and error codes, and never that of an archive.
 */
public final class ProcessMetrics implements StageMeter, Consumer<RecordedFact>, AutoCloseable {
    /** The beginning of each name that is ours. */
    public static final String PREFIX = "backup_replication_";

    private static final String WATCHER = "watcher";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final Clock clock;
    private final Map<String, StageFigures> stages = new ConcurrentHashMap<>();
    private final Map<String, DestinationFigures> destinations = new ConcurrentHashMap<>();
    private final Counter settled;
    private final AtomicLong lastScan;

    /** @param drivers the destinations: each has all of its figures from the start */
    public ProcessMetrics(Collection<String> drivers, String version, Clock clock) {
        this.clock = clock;
        this.lastScan = new AtomicLong(clock.millis());
        jvm();
        Gauge.builder(PREFIX + "build.info", () -> 1)
                .tags(Tags.of("version", version))
                .register(registry);
        this.settled = Counter.builder(PREFIX + "archives_settled").register(registry);
        drivers.forEach(this::destination);
    }

    private void jvm() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collector.bindTo(registry);
    }

    private DestinationFigures destination(String driver) {
        return destinations.computeIfAbsent(driver, any -> new DestinationFigures(registry, driver));
    }

    /** Adds a figure that is asked for at each scrape, on a worker; it is NaN while that fails. One that is there already stays. */
    public void gauge(String name, Callable<? extends Number> value) {
        if (registry.find(PREFIX + name).meter() != null) {
            return;
        }
        Gauge.builder(PREFIX + name, value, ProcessMetrics::valueOf)
                .strongReference(true)
                .register(registry);
    }

    /** Returns NaN, which Prometheus shows as unknown, for a figure that cannot be read: the other figures are scraped all the same. */
    private static double valueOf(Callable<? extends Number> value) {
        try {
            return value.call().doubleValue();
        } catch (Exception e) {
            return Double.NaN;
        }
    }

    @Override
    public void runs(String stage, BooleanSupplier paused) {
        stages.computeIfAbsent(stage, any -> new StageFigures(registry, StageName.of(stage), paused));
        if (stage.equals(WATCHER)) {
            gauge("watcher_last_scan_timestamp_seconds", () -> lastScan.get() / 1000.0);
        }
    }

    private StageFigures stage(String stage) {
        return stages.computeIfAbsent(stage, any -> new StageFigures(registry, StageName.of(stage), () -> false));
    }

    @Override
    public void began(String stage) {
        stage(stage).began();
    }

    @Override
    public void ended(String stage) {
        stage(stage).ended();
    }

    @Override
    public void done(String stage, Duration took, List<? extends Event> followUps) {
        stage(stage).done(took);
        if (followUps.stream().anyMatch(ScanCompleted.class::isInstance)) {
            lastScan.set(clock.millis());
        }
    }

    @Override
    public void failed(String stage, ErrorCode code, boolean again) {
        stage(stage).failed(code, again);
    }

    @Override
    public void moved(String stage, long bytes) {
        stage(stage).moved(bytes);
    }

    /** Counts a fact that this process has recorded. */
    @Override
    public void accept(RecordedFact fact) {
        switch (fact.kind()) {
            case SETTLED -> settled.increment();
            case SHIPPED -> destination(fact.driver()).replicated.increment();
            case PROVED -> proved(fact);
            case DAMAGED -> destination(fact.driver()).damaged.increment();
            case REPAIRED -> destination(fact.driver()).repaired.increment();
            case LANDED,
                    SUPERSEDED,
                    SEALED,
                    SAME_BYTES,
                    ADOPTED,
                    DOUBTED,
                    ARCHIVED,
                    FAILED,
                    GIVEN_UP,
                    REPLAYED,
                    DELETED,
                    REQUESTED,
                    UNREADABLE,
                    READABLE,
                    NOTIFIED,
                    NOT_NOTIFIED -> {}
        }
    }

    private void proved(RecordedFact fact) {
        DestinationFigures at = destination(fact.driver());
        at.verified.increment();
        if (fact.landedAt() > 0) {
            at.verifiedAfter(Duration.ofMillis(Math.max(0, clock.millis() - fact.landedAt())));
        }
    }

    /** Makes a Vert.x show its pools, connections and HTTP servers here. No label has an address or a path. For one Vert.x. */
    public VertxBuilder vertx(VertxOptions options) {
        MicrometerMetricsOptions metrics = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setRegistryName(UUID.randomUUID().toString())
                .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME, Label.HTTP_METHOD, Label.HTTP_CODE));
        return Vertx.builder()
                .with(options.setMetricsOptions(metrics))
                .withMetrics(new MicrometerMetricsFactory(registry));
    }

    /** Returns where others register their figures. */
    public MeterRegistry registry() {
        return registry;
    }

    /**
     * Returns all figures as text. Blocks: some of them look at the disk.
     *
     * @param type a media type of Prometheus or OpenMetrics
     */
    String text(String type) {
        return registry.scrape(type);
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
