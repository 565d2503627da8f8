package org.heratio.offsite.dashboard.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.heratio.offsite.dashboard.metrics.ProcessMetrics;
import org.heratio.offsite.dashboard.summary.Facts;
import org.heratio.offsite.dashboard.summary.Queues;
import org.heratio.offsite.dashboard.summary.Snapshot;
import org.heratio.offsite.dashboard.summary.Snapshots;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Overview;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the whole pipeline, beside those of this process. Figures of the ledger are those of the last snapshot, whose time is one
 * of them: while the ledger is away they stay, and that time stops. Times are seconds since 1970, and 0 for never.
 */
public final class Metrics {
    private static final String PREFIX = ProcessMetrics.PREFIX;

    private final MeterRegistry registry;
    private final Snapshots snapshots;

    /** @param registry of this process */
    public Metrics(MeterRegistry registry, Snapshots snapshots) {
        this.registry = registry;
        this.snapshots = snapshots;
    }

    /**
     * Adds all figures.
     *
     * @param drivers the destinations: each has all of its figures from the start
     * @param queues the names of the work queues
     */
    public void register(List<String> drivers, List<String> queues) {
        gauge("ledger_up", Tags.empty(), snapshot -> snapshot.ledger().up() ? 1 : 0);
        gauge("broker_up", Tags.empty(), snapshot -> snapshot.broker().up() ? 1 : 0);
        ledger(drivers.size());
        drivers.forEach(this::destination);
        queues.forEach(this::queue);
    }

    private void gauge(String name, Tags tags, ToDoubleFunction<Snapshot> value) {
        Gauge.builder(PREFIX + name, snapshots, all -> value.applyAsDouble(all.current()))
                .tags(tags)
                .register(registry);
    }

    /** Adds a figure of the ledger, which is NaN until the ledger has answered once: that is not 0. */
    private void fact(String name, Tags tags, ToDoubleFunction<Facts> value) {
        gauge(name, tags, snapshot -> {
            Facts facts = snapshot.facts();
            return facts == null ? Double.NaN : value.applyAsDouble(facts);
        });
    }

    private static double seconds(@Nullable Long millis) {
        return millis == null ? 0 : millis / 1000.0;
    }

    private void ledger(int drivers) {
        gauge("snapshot_timestamp_seconds", Tags.empty(), snapshot -> {
            Facts facts = snapshot.facts();
            return facts == null ? 0 : seconds(facts.at().toEpochMilli());
        });
        fact("ledger_newest_archive_timestamp_seconds", Tags.empty(), facts -> seconds(facts.newestArchive()));
        fact("last_sweep_timestamp_seconds", Tags.empty(), facts -> seconds(facts.lastSweep()));
        fact("unreadable_places", Tags.empty(), Facts::unreadable);
        for (VersionState state : VersionState.values()) {
            fact(
                    "archives",
                    Tags.of("state", word(state)),
                    facts -> facts.versions().getOrDefault(state, 0L));
        }
        fact("archives_by_safe_copies", Tags.of("copies", "0"), facts -> facts.safeAt(0) - facts.safeAt(1));
        fact("archives_by_safe_copies", Tags.of("copies", "1"), facts -> facts.safeAt(1) - facts.safeAt(2));
        fact("archives_by_safe_copies", Tags.of("copies", "2+"), facts -> facts.safeAt(2));
        fact("archives_safe", Tags.empty(), facts -> facts.safeAt(drivers));
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void destination(String driver) {
        head("last_success_timestamp_seconds", driver, Overview.Heads::lastShipped);
        head("last_verified_timestamp_seconds", driver, Overview.Heads::lastProved);
        head("newest_safe_archive_timestamp_seconds", driver, heads -> {
            Overview.Newest newest = heads.newestSafe();
            return newest == null ? null : newest.landedAt();
        });
        head("oldest_unreplicated_timestamp_seconds", driver, Overview.Heads::oldestWaiting);
        head("oldest_unverified_timestamp_seconds", driver, Overview.Heads::oldestUnverified);
        head("oldest_proof_timestamp_seconds", driver, Overview.Heads::oldestProof);
        head("destination_configured_timestamp_seconds", driver, Overview.Heads::first);
        Tags tags = Tags.of("destination", driver);
        for (CopyState state : CopyState.values()) {
            fact("copies", tags.and("state", word(state)), facts -> facts.copies(driver, state));
        }
        fact("proofs_failing", tags, facts -> facts.weakAt(driver).failing());
        fact("proofs_stale", tags, facts -> facts.weakAt(driver).stale());
    }

    private void head(String name, String driver, Function<Overview.Heads, @Nullable Long> time) {
        fact(name, Tags.of("destination", driver), facts -> {
            Overview.Heads heads = facts.heads().get(driver);
            return heads == null ? 0 : seconds(time.apply(heads));
        });
    }

    private void queue(String queue) {
        depth("queue_messages", queue, Queues.Depth::waiting);
        depth("queue_consumers", queue, Queues.Depth::consumers);
        depth("dead_letters", queue, Queues.Depth::dead);
    }

    /** Adds a figure of a queue, which is NaN while the broker is away. */
    private void depth(String name, String queue, ToDoubleFunction<Queues.Depth> value) {
        gauge(name, Tags.of("queue", queue), snapshot -> {
            List<Queues.Depth> depths = snapshot.queues();
            return depths == null
                    ? Double.NaN
                    : depths.stream()
                            .filter(depth -> depth.queue().equals(queue))
                            .mapToDouble(value)
                            .findFirst()
                            .orElse(Double.NaN);
        });
    }
}
