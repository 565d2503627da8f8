package org.heratio.offsite.dashboard.summary;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.event.WorkProgress;

/** The work on its way, as far as workers tell. Thread-safe. */
public final class Transfers {
    private static final long SILENT = Duration.ofSeconds(30).toMillis();
    private static final int KNOWN = 1_000;

    private final Clock clock;
    private final Map<Key, Transfer> running = new LinkedHashMap<>();

    Transfers(Clock clock) {
        this.clock = clock;
    }

    private record Key(String stage, long versionId, String driver) {}

    /**
     * One piece of work.
     *
     * @param since when it was heard of first, epoch milliseconds
     * @param begun how many bytes were done then
     * @param at when it was heard of last
     */
    public record Transfer(
            String stage, long versionId, String driver, long done, long total, long since, long begun, long at) {
        /** Returns bytes per second; 0 while that is not known. */
        public long rate() {
            return at <= since ? 0 : (done - begun) * 1000 / (at - since);
        }
    }

    synchronized void heard(WorkProgress progress) {
        Key key = new Key(progress.stage(), progress.versionId(), progress.driver());
        if (progress.total() > 0 && progress.done() >= progress.total()) {
            running.remove(key);
            return;
        }
        long now = clock.millis();
        Transfer before = running.get(key);
        boolean goesOn = before != null && progress.done() >= before.done();
        running.put(
                key,
                new Transfer(
                        progress.stage(),
                        progress.versionId(),
                        progress.driver(),
                        progress.done(),
                        progress.total(),
                        before != null && goesOn ? before.since() : now,
                        before != null && goesOn ? before.begun() : progress.done(),
                        now));
        if (running.size() > KNOWN) {
            running.remove(running.keySet().iterator().next());
        }
    }

    /** Ends some, unless they have begun anew since. */
    synchronized void end(Collection<Transfer> ended) {
        for (Transfer transfer : ended) {
            Key key = new Key(transfer.stage(), transfer.versionId(), transfer.driver());
            Transfer now = running.get(key);
            if (now != null && now.since() == transfer.since()) {
                running.remove(key);
            }
        }
    }

    /** Returns those of which something was heard lately, the longest first. */
    public synchronized List<Transfer> current() {
        long silent = clock.millis() - SILENT;
        running.values().removeIf(transfer -> transfer.at() < silent);
        return running.values().stream()
                .sorted(Comparator.comparingLong(Transfer::since))
                .toList();
    }
}
