package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.encryptor.SpoolKeeper;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.JournalKeeper;
import org.heratio.offsite.stage.Watchdog;
import org.heratio.offsite.uploader.AbandonedPuts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what has no work left: files of the spool all the time, and every hour what unfinished puts left at the destinations and the
 * facts beyond the bounds of the journal.
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long SPOOL_SWEEP_SECONDS = 5;
    /** How long what was abandoned may lie at a destination. */
    static final Duration CLEARING = Duration.ofHours(1);

    private final SpoolKeeper keeper;
    private final AbandonedPuts abandoned;
    private final JournalKeeper journal;
    private final Duration clearing;
    private final Watchdog watchdog;
    /** The destinations at which the last look left unfinished puts of ours: their next try might go on with them. */
    private final Set<Destination> unfinished = ConcurrentHashMap.newKeySet();

    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });

    /** @param clearing pause between two looks at a destination */
    Housekeeping(
            SpoolKeeper keeper, AbandonedPuts abandoned, JournalKeeper journal, Duration clearing, Watchdog watchdog) {
        this.keeper = keeper;
        this.abandoned = abandoned;
        this.journal = journal;
        this.clearing = clearing;
        this.watchdog = watchdog;
    }

    /** @param destinations those that this process uploads to; each is looked after by itself */
    void start(Collection<Destination> destinations) {
        // one for each, and one for the spool and the journal, which must not wait for destinations that do not answer
        threads.setCorePoolSize(destinations.size() + 2);
        for (Destination destination : destinations) {
            var unused = threads.scheduleWithFixedDelay(
                    () -> clear(destination), 0, clearing.toMillis(), TimeUnit.MILLISECONDS);
        }
        var unusedJournal = threads.scheduleWithFixedDelay(
                () -> quietly("trimming the journal", journal::trim), 0, clearing.toMillis(), TimeUnit.MILLISECONDS);
        var unused = threads.scheduleWithFixedDelay(this::sweepSpool, 0, SPOOL_SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Sweeps for the last time, so that a run that has ended leaves nothing behind. A put that the first look left may have been given up
     * since: its archive may have been encrypted again.
     */
    void stop() throws InterruptedException {
        unfinished.forEach(destination -> threads.execute(() -> clear(destination)));
        threads.shutdown();
        if (!threads.awaitTermination(SPOOL_SWEEP_SECONDS, TimeUnit.SECONDS)) {
            threads.shutdownNow();
            if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("unfinished puts may be left at a destination that does not answer; the next run clears them");
            }
        }
        sweepSpool();
    }

    /** Returns whether {@link #stop} looks at a destination again; for tests. */
    boolean remembers(Destination destination) {
        return unfinished.contains(destination);
    }

    private void clear(Destination destination) {
        quietly("clearing unfinished puts at " + destination.driver(), () -> {
            if (abandoned.clear(destination)) {
                unfinished.add(destination);
            } else {
                unfinished.remove(destination);
            }
        });
    }

    private interface Chore {
        void run() throws FailureException, InterruptedException;
    }

    private void quietly(String what, Chore chore) {
        quietly(what, false, chore);
    }

    /** A spool that hangs makes the process unhealthy; a destination does not. */
    private void sweepSpool() {
        quietly("clearing the spool", true, keeper::sweep);
    }

    private void quietly(String what, boolean vital, Chore chore) {
        try (Watchdog.Watch watch = watchdog.watch(what, vital)) {
            chore.run();
        } catch (FailureException e) {
            LOG.warn("{} is tried again later: {}", what, e.failure().oneLine());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("{} is tried again later", what, e);
        }
    }
}
