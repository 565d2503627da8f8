package org.heratio.offsite.watcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.stage.Outcome;

/**
 * Scans that no request in the ledger and no due schedule asks for. Any number of messages for them costs one scan at a time, with a pause
 * between two: whoever may publish must not keep the disk busy, nor the watcher from other work. Not thread-safe.
 */
final class UnaskedScans {
    static final Duration PAUSE = Duration.ofSeconds(5);

    /** A message that waits may come so much earlier than it should. */
    private static final Duration EARLY = Duration.ofMillis(500);

    private final long recent;
    private final LongSupplier nanoTime;
    private boolean scanned;
    private long lastScan;
    private List<String> lastDrivers = List.of();
    /** By destinations, the monotonic time until which a message waits that brings the next scan. */
    private final Map<Set<String>, Long> waiting = new HashMap<>();

    /** @param nanoTime a clock that nobody sets, in nanoseconds */
    UnaskedScans(Duration scanInterval, LongSupplier nanoTime) {
        this.recent = scanInterval.dividedBy(2).toNanos();
        this.nanoTime = nanoTime;
    }

    /** Returns what to do instead of a scan: nothing after a scan that suffices, or the scan later; empty if it is to be made now. */
    Optional<Outcome> instead(ScanRequested request) {
        boolean asked = !request.requestId().isEmpty() || request.retryFailed();
        long now = nanoTime.getAsLong();
        long since = now - lastScan;
        if (asked || !scanned || !lastDrivers.containsAll(request.drivers())) {
            return Optional.empty();
        }
        if (request.reason() == ScanReason.INTERVAL) {
            // those that piled up while nobody took them, or that follow on another scan, are one scan
            return since < recent ? Optional.of(Outcome.done(List.of())) : Optional.empty();
        }
        return since < PAUSE.toNanos() ? Optional.of(afterPause(request, now)) : Optional.empty();
    }

    /** Something may have changed since the last scan: one message waits for the next one, and the others are dropped. */
    private Outcome afterPause(ScanRequested request, long now) {
        Set<String> drivers = Set.copyOf(request.drivers());
        Long until = waiting.get(drivers);
        if (until != null && now - until < 0) {
            return Outcome.done(List.of());
        }
        waiting.put(drivers, now + PAUSE.minus(EARLY).toNanos());
        return Outcome.later(PAUSE, "a scan has just ended");
    }

    /** Notes the end of any scan. */
    void ended(ScanRequested scan) {
        scanned = true;
        lastScan = nanoTime.getAsLong();
        lastDrivers = scan.drivers();
    }
}
