package org.heratio.offsite.watcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.stage.Outcome;

/**
 * Scans that no request in the ledger and no due schedule asks for. Any number of messages for them costs one scan at a time, with a pause
 * between two: whoever may publish must not keep the disk busy, nor the watcher from other work. Not thread-safe.
 */
final class UnaskedScans {
    static final Duration PAUSE = Duration.ofSeconds(5);

    private final long recent;
    private long lastScan = Long.MIN_VALUE;
    private List<String> lastDrivers = List.of();
    /** By destinations, until when a message waits that brings the next scan; epoch milliseconds. */
    private final Map<Set<String>, Long> waiting = new HashMap<>();

    UnaskedScans(Duration scanInterval) {
        this.recent = scanInterval.dividedBy(2).toMillis();
    }

    /** Returns what to do instead of a scan: nothing after a scan that suffices, or the scan later; empty if it is to be made now. */
    Optional<Outcome> instead(ScanRequested request, long now) {
        boolean asked = !request.requestId().isEmpty() || request.retryFailed();
        long since = now - lastScan;
        // a clock that was set back says nothing of when that was
        if (asked || lastScan == Long.MIN_VALUE || since < 0 || !lastDrivers.containsAll(request.drivers())) {
            return Optional.empty();
        }
        if (request.reason() == ScanReason.INTERVAL) {
            // those that piled up while nobody took them, or that follow on another scan, are one scan
            return since < recent ? Optional.of(Outcome.done(List.of())) : Optional.empty();
        }
        return since < PAUSE.toMillis() ? Optional.of(afterPause(request, now)) : Optional.empty();
    }

    /** Something may have changed since the last scan: one message waits for the next one, and the others are dropped. */
    private Outcome afterPause(ScanRequested request, long now) {
        Set<String> drivers = Set.copyOf(request.drivers());
        if (now < waiting.getOrDefault(drivers, Long.MIN_VALUE)) {
            return Outcome.done(List.of());
        }
        waiting.put(drivers, now + PAUSE.toMillis());
        return Outcome.later(PAUSE, "a scan has just ended");
    }

    /** Notes the end of any scan. */
    void ended(ScanRequested scan, long now) {
        lastScan = now;
        lastDrivers = scan.drivers();
    }
}
